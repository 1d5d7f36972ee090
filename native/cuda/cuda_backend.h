// The CUDA back end: one stream, one allocation, and a few scalars that stay on the device, so that the
// host only waits where something is read.
#pragma once

#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "../engine/backend.h"
#include "convolution.h"
#include "device_memory.h"
#include "kick_grid.h"
#include "kicks.h"
#include "runs.h"

namespace unkick::cuda {

class CudaBackend final : public Backend {
 public:
  // plan: planCudaMemory's for the same line and demand.
  CudaBackend(const Line& line, const Demand& demand, const MemoryPlan& plan);

  void load(const HostBeam& beam, double headroom) override;
  void readCoordinates(double* const out[kCoordinates]) override;
  void clearAdjoint() override;
  void addCotangent(const double* const coordinates[kCoordinates], const double* charges) override;
  void readAdjoint(double* const coordinates[kCoordinates], double* charges) override;

  void storeState(int slot) override;
  void restoreState(int slot) override;
  void storeField(const Step& kick, std::int64_t offset) override;
  void restoreField(const Step& kick, std::int64_t offset) override;

  void run(const Step& step, Direction direction, bool kickFollows) override;
  void reverseRun(const Step& step, bool pending, bool kickFollows) override;
  void adjointRun(const Step& step) override;

  void measurePositions() override;
  void placeGrid(const Step& kick, bool report) override;
  void deposit(const Step& kick, bool report) override;
  void green(const Step& kick) override;
  void solve(const Step& kick) override;
  void kick(const Step& kick, Direction direction) override;
  void boundCotangent() override;
  void kickBar(const Step& kick, bool inverse) override;
  void solveBar(const Step& kick, bool greenBar) override;
  void depositBar(const Step& kick) override;
  void gridBar(const Step& kick, bool greenBar) override;
  void applyPendingCotangent() override;

  void observe(int slot) override;
  void readObservation(int slot, double out[kObservation]) override;
  void inject(const MomentCotangent& cotangent) override;

  void readSums(double* sums) override;
  void readReports(KickReport* reports) override;
  Fault fault() override;
  void clearFault() override;
  DeviceReport device() const override;

 private:
  void placeResults(const Demand& demand);
  double* stateSlot(int slot) const;
  int faultPass(const Step& step);
  RunPass runPass(const Step& step, bool kickFollows);
  KickPass kickPass(const Step& kick);
  GridPass gridPass(const Step& kick) const { return {kick.kick, line_.reference, scalars_}; }
  ConvolutionPass convolutionPass(const Step& kick);
  const FftPlans& plans(const Step& kick);
  template <class T>
  void read(T* to, const T* from, std::int64_t count) const;

  const Line& line_;
  DeviceMemory memory_;
  Stream stream_;
  Arena arena_;
  Particles particles_ = {};
  Partials partials_ = {};
  Quanta quanta_ = {};
  double chargeScale_ = 1;
  std::map<std::tuple<int, int, int>, std::unique_ptr<FftPlans>> plans_;
  std::vector<int> faultSteps_;  // step of each pass since the last look at the fault

  // In the Results region:
  SweepScalars* scalars_ = nullptr;
  LocalMap* maps_ = nullptr;
  double* sums_ = nullptr;
  double* observations_ = nullptr;
  KickReport* reports_ = nullptr;
};

}  // namespace unkick::cuda
