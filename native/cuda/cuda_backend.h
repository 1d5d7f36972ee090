// The CUDA back end: one stream for the sweep and one for snapshots that move, one allocation, and a few
// scalars that stay on the device, so that the host only waits where something is read.
#pragma once

#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "../engine/backend.h"
#include "../engine/load_order.h"
#include "convolution.h"
#include "device_memory.h"
#include "host_tier.h"
#include "kick_grid.h"
#include "kicks.h"
#include "runs.h"

namespace unkick::cuda {

template <class Storage>
class CudaBackend : public Backend {
 public:
  // plan: planCudaMemory's for the same line and demand.
  CudaBackend(const Line& line, const Demand& demand, const MemoryPlan& plan);

  void load(const HostBeam& beam, const Headroom& headroom) override;
  void readCoordinates(double* const out[kCoordinates]) override;
  void writeState(const double* const in[kCoordinates], const std::int32_t* lost) override;
  void readLosses(std::int32_t* out) override;
  void clearAdjoint() override;
  void addCotangent(const double* const coordinates[kCoordinates], const double* charges) override;
  void writeAdjoint(const double* const coordinates[kCoordinates]) override;
  void readAdjoint(double* const coordinates[kCoordinates], double* charges) override;

  void storeState(void* slot) override;
  void restoreState(const void* slot) override;
  void storeField(const Step& kick, void* slot) override;
  void restoreField(const Step& kick, const void* slot) override;

  void* allocateHost(std::size_t bytes) override { return HostTier::allocate(bytes); }
  void freeHost(void* memory) override { HostTier::release(memory); }
  bool sharesHostMemory() const override { return false; }
  int fence() override { return hostTier_.fence(stream_); }
  void download(void* host, const void* device, std::size_t bytes, int fence) override { hostTier_.download(host, device, bytes, fence); }
  void upload(void* device, const void* host, std::size_t bytes, int fence) override { hostTier_.upload(device, host, bytes, fence); }

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
  void scatterBar(const Step& kick, const KickReverse& what) override;
  void solveBar(const Step& kick, const KickReverse& what) override;
  void gatherBar(const Step& kick, const KickReverse& what) override;
  void gridBar(const Step& kick, bool greenBar) override;
  void applyPendingCotangent() override;

  void observe(int slot) override;
  std::uint64_t hashState() override;
  std::uint64_t hashMemory(const void* memory, std::size_t bytes) override;
  void readObservation(int slot, double out[kObservation]) override;
  void inject(const MomentCotangent& cotangent) override;

  void readSums(double* sums) override;
  void writeSums(const double* sums) override;
  void readReports(KickReport* reports) override;
  Fault fault() override;
  void clearFault() override;
  DeviceReport device() const override;
  const Arena& arena() const override { return arena_; }

 private:
  using Coordinate = typename Storage::Coordinate;
  using Real = typename Storage::Real;

  void placeResults(const Demand& demand);
  int faultPass(int step);
  RunPass<Storage> runPass(const Step& step, bool kickFollows);
  KickPass<Storage> kickPass(const Step& kick);
  GridPass gridPass(const Step& kick) const { return {kick.kick, beamCharge_, scalars_}; }
  ConvolutionPass<Real> convolutionPass(const Step& kick);
  Field<Real> field(RegionId from, RegionId spectrum, RegionId to);
  void fillNodes(const Step& kick, const Real* chargeBar);
  // Where macroparticles scatter to and gather from while nothing is transformed: Spectrum and what follows.
  template <class T>
  T* nodeMemory() const { return arena_.get<T>(RegionId::Spectrum); }
  const FftPlans<Real>& plans(const Step& kick);
  template <class T>
  void read(T* to, const T* from, std::int64_t count) const;

  // Host arrays are in the caller's order, device arrays in the load order; both have one entry per particle.
  template <class F>
  void overParticles(F&& f) const;
  template <class To, class From>
  std::unique_ptr<To[]> inLoadOrder(const From* from) const;
  template <class To, class From>
  void sendParticles(To* to, const From* from);
  template <class To, class From>
  void readParticles(To* to, const From* from) const;
  void sendCoordinates(const double* const in[kCoordinates]);

  const Line& line_;
  DeviceMemory memory_;
  Stream stream_;
  HostTier hostTier_;
  Arena arena_;
  Particles<Storage> particles_ = {};
  Partials partials_ = {};
  Quanta quanta_ = {};
  LoadOrder order_;
  double chargeScale_ = 1;
  double beamCharge_ = 0;  // C, of all macroparticles that were loaded
  std::map<std::tuple<int, int, int>, std::unique_ptr<FftPlans<Real>>> plans_;
  std::vector<int> faultSteps_;  // step of each pass since the last look at the fault

  // In the Results region:
  SweepScalars* scalars_ = nullptr;
  LocalMap* maps_ = nullptr;
  double* sums_ = nullptr;
  double* observations_ = nullptr;
  KickReport* reports_ = nullptr;
};

extern template class CudaBackend<F64>;
extern template class CudaBackend<F32>;

// The back end of the demand's precision. plan: planCudaMemory's for the same line and demand.
std::unique_ptr<Backend> createCudaBackend(const Line& line, const Demand& demand, const MemoryPlan& plan);

}  // namespace unkick::cuda
