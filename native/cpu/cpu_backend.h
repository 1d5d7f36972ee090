// The CPU back end: OpenMP over chunks of particles and planes of grids, FFTW for the transforms.
#pragma once

#include <map>
#include <memory>
#include <tuple>

#include "../engine/backend.h"
#include "../engine/load_order.h"
#include "convolution.h"
#include "green_function.h"
#include "kicks.h"
#include "runs.h"
#include "scatter_grid.h"

namespace unkick {

template <class Storage>
class CpuBackend : public Backend {
 public:
  CpuBackend(const Line& line, const Demand& demand);
  ~CpuBackend() override;

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

  void* allocateHost(std::size_t bytes) override;
  void freeHost(void* memory) override;
  bool sharesHostMemory() const override { return true; }
  int fence() override { return 0; }  // work is done when it was asked for
  void download(void* host, const void* device, std::size_t bytes, int fence) override;
  void upload(void* device, const void* host, std::size_t bytes, int fence) override;

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
  void clearFault() override { faults_.clear(); }
  DeviceReport device() const override;
  const Arena& arena() const override { return arena_; }

 private:
  using Real = typename Storage::Real;

  std::int64_t chunks() const { return chunkCount(particles_.count); }
  template <class F>
  void overChunks(F&& f) {
    parallelFor(threads_, chunks(), [&](std::int64_t chunk, int) { f(chunk); });
  }
  // f(particle, place) for every particle: its index for the caller, and here.
  template <class F>
  void overParticles(F&& f) {
    parallelFor(threads_, LoadOrder::parts, [&](std::int64_t part, int) { order_.walk(static_cast<int>(part), f); });
  }
  RunPass<Storage> runPass(const Step& step, bool kickFollows);
  KickPass<Storage> kickPass(const Step& kick);
  void mergeMoments();
  void mergeBounds();
  double sumPartial(int s) const;
  void sumPartials(int count, double* out) const;
  void addRunSums(const Step& step);
  KickSums mergeKickSums() const;
  const FftPlans& plans(const Step& kick);
  ConvolutionWork<Real> convolutionWork(const Step& kick);
  void copyNodes(const Real* from, std::int64_t nodes, Real* to);
  void putCoordinate(int coordinate, std::int64_t place, double value);
  void markLost(std::int64_t place, std::int32_t lost);
  double potentialPerCharge(const FftPlans& plans) const;
  RowSource rowSource(RegionId region, const GridShape& shape, double unit);
  RowSink rowSink(RegionId region, const GridShape& shape);

  // What transforms work in, up to the end of NodeWork: while they do not, what macroparticles scatter into and gather from.
  template <class T>
  T* nodeMemory() const { return reinterpret_cast<T*>(arena_.get<char>(RegionId::Spectrum)); }
  std::size_t nodeBytes() const;
  std::int64_t firstChunk(std::int64_t piece, std::int64_t pieces) const { return chunks() * piece / pieces; }
  ScatterGrid placeWindows(const KickPass<Storage>& pass, int pieces, int lanes);
  ScatterGrid scatterGrid(const KickPass<Storage>& pass, int mostLanes, int leastLanes);
  template <int lanes, int first>
  std::int64_t scatter(const KickPass<Storage>& pass, const ScatterGrid& grid);
  template <class AddTo>
  void fillRows(RegionId region, const GridShape& shape, bool more, AddTo&& addTo);
  void readCharge(const ScatterGrid& grid, int lane, const GridShape& shape);
  void scaleCharge();
  void fillNodes(const GridShape& shape, const Real* chargeBar);
  void cellsBar(const Step& kick, double* gradient);

  // A long beam's kick: cpu_kick_2d.h.
  template <class ChunkScatter>
  const std::int64_t* scatter2d(std::int64_t nodes, ChunkScatter&& scatterChunk);
  void deposit2d(const Step& kick, bool report);
  void scatterBar2d(const Step& kick, const KickReverse& what);
  void ghostPotential(const GridShape& shape);

  const Line& line_;
  int threads_;
  Arena arena_;
  void* memory_ = nullptr;
  Particles<Storage> particles_;
  Partials partials_ = {};
  Quanta quanta_ = {};
  FaultRecorder faults_;
  std::map<std::tuple<int, int, int>, std::unique_ptr<FftPlans>> plans_;
  std::vector<double> planeSums_;

  LoadOrder order_;
  double largestCharge_ = 0;  // C
  double beamCharge_ = 0;     // C, of all macroparticles that were loaded
  PositionMoments moments_ = {};
  double bound_[3] = {};
  KickGeometry geometry_ = {};
  double chargeScale_ = 1, slopeBarScale_ = 1;
  KickSums kickSums_ = {};
  MomentCotangent pending_ = {};

  double* sums_ = nullptr;
  double* observations_ = nullptr;
  KickReport* reports_ = nullptr;
};

extern template class CpuBackend<F64>;
extern template class CpuBackend<F32>;

// The back end of the demand's precision.
std::unique_ptr<Backend> createCpuBackend(const Line& line, const Demand& demand);

}  // namespace unkick
