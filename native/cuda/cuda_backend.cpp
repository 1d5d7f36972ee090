#include "cuda_backend.h"

#include "cuda_beam.h"
#include "cuda_kick.h"
#include "moments.h"
#include "state.h"

namespace unkick::cuda {

template <class Storage>
CudaBackend<Storage>::CudaBackend(const Line& line, const Demand& demand, const MemoryPlan& plan)
    : line_(line), memory_(plan.bytes), arena_(plan, memory_.base()) {
  particles_.count = demand.particles;
  particles_.stride = particleStride(demand.particles);
  particles_.chunkSize = chunkSize(demand.particles);
  particles_.z = arena_.get<Coordinate>(RegionId::Coordinates);
  particles_.charge = arena_.get<double>(RegionId::Charges);
  particles_.lost = arena_.get<std::int32_t>(RegionId::Lost);
  particles_.zBar = arena_.get<Real>(RegionId::Adjoint);
  particles_.chargeBar = arena_.get<Real>(RegionId::ChargesBar);
  partials_ = {arena_.get<double>(RegionId::Partials), chunkCount(demand.particles)};
  placeResults(demand);
  for (const Step& step : line.steps) {
    if (step.isKick()) plans(step);  // here rather than in the sweep: cuFFT takes memory of its own, and may find none
  }
}

template <class Storage>
void CudaBackend<Storage>::placeResults(const Demand& demand) {
  char* base = arena_.get<char>(RegionId::Results);
  clear(stream_, base, arena_.bytes(RegionId::Results));
  scalars_ = reinterpret_cast<SweepScalars*>(base);
  maps_ = reinterpret_cast<LocalMap*>(base + kCudaScalarBytes);
  sums_ = reinterpret_cast<double*>(maps_ + line_.maps.size());
  observations_ = sums_ + line_.sums;
  reports_ = reinterpret_cast<KickReport*>(observations_ + demand.observations * kObservation);
  clearFault();
}

// --- the tape ---------------------------------------------------------------------------------------------

// Six coordinates and, where the line has apertures, who was lost.
template <class Storage>
void CudaBackend<Storage>::storeState(void* slot) {
  Coordinate* to = static_cast<Coordinate*>(slot);
  const std::int64_t n = particles_.count;
  for (int c = 0; c < kCoordinates; ++c) copy(stream_, to + c * n, particles_.z + c * particles_.stride, n);
  if (particles_.lost) copy(stream_, reinterpret_cast<std::int32_t*>(to + kCoordinates * n), particles_.lost, n);
}

template <class Storage>
void CudaBackend<Storage>::restoreState(const void* slot) {
  const Coordinate* from = static_cast<const Coordinate*>(slot);
  const std::int64_t n = particles_.count;
  for (int c = 0; c < kCoordinates; ++c) copy(stream_, particles_.z + c * particles_.stride, from + c * n, n);
  if (!particles_.lost) return;
  copy(stream_, particles_.lost, reinterpret_cast<const std::int32_t*>(from + kCoordinates * n), n);
  markLosses(stream_, particles_);
}

template <class Storage>
void CudaBackend<Storage>::storeField(const Step& kick, void* slot) {
  const std::int64_t nodes = shapeOf(kick).nodes();
  Real* to = static_cast<Real*>(slot);
  // A slot's last word is hashed, too: floats may fill half of it.
  if (nodes * sizeof(Real) % sizeof(double) != 0) clear(stream_, to + nodes, 1);
  copy(stream_, to, arena_.get<Real>(RegionId::Potential), nodes);
}

template <class Storage>
void CudaBackend<Storage>::restoreField(const Step& kick, const void* slot) {
  copy(stream_, arena_.get<Real>(RegionId::Potential), static_cast<const Real*>(slot), shapeOf(kick).nodes());
}

// --- local runs -------------------------------------------------------------------------------------------

template <class Storage>
int CudaBackend<Storage>::faultPass(int step) {
  if (faultSteps_.size() < kMostPasses - 1) faultSteps_.push_back(step);
  return static_cast<int>(faultSteps_.size()) - 1;
}

template <class Storage>
RunPass<Storage> CudaBackend<Storage>::runPass(const Step& step, bool kickFollows) {
  return {particles_, partials_, quanta_, maps_ + step.firstMap, step.mapCount, faultPass(step.index), line_.firstLoss(step), kickFollows, false, scalars_};
}

template <class Storage>
void CudaBackend<Storage>::run(const Step& step, Direction direction, bool kickFollows) {
  const RunPass<Storage> pass = runPass(step, kickFollows);
  direction == Direction::Forward ? runForward(stream_, pass) : runInverse(stream_, pass);
}

template <class Storage>
void CudaBackend<Storage>::reverseRun(const Step& step, bool pending, bool kickFollows) {
  RunPass<Storage> pass = runPass(step, kickFollows);
  pass.pending = pending;
  runReverse(stream_, pass, line_.maps.data() + step.firstMap, sums_ + step.firstSum);
}

template <class Storage>
void CudaBackend<Storage>::adjointRun(const Step& step) {
  runAdjoint(stream_, runPass(step, false), line_.maps.data() + step.firstMap, sums_ + step.firstSum);
}

// --- observations and results -----------------------------------------------------------------------------

template <class Storage>
void CudaBackend<Storage>::observe(int slot) { observeMoments(stream_, particles_, partials_, observations_ + slot * kObservation); }

template <class Storage>
std::uint64_t CudaBackend<Storage>::hashState() {
  cuda::hashState(stream_, particles_, &scalars_->hash);
  HashSum hash = 0;
  read(&hash, &scalars_->hash, 1);
  return hash;
}

template <class Storage>
std::uint64_t CudaBackend<Storage>::hashMemory(const void* memory, std::size_t bytes) {
  cuda::hashMemory(stream_, memory, bytes, &scalars_->hash);
  HashSum hash = 0;
  read(&hash, &scalars_->hash, 1);
  return hash;
}

template <class Storage>
void CudaBackend<Storage>::readObservation(int slot, double out[kObservation]) { read(out, observations_ + slot * kObservation, kObservation); }

template <class Storage>
void CudaBackend<Storage>::inject(const MomentCotangent& cotangent) {
  cuda::upload(stream_, &scalars_->injected, &cotangent, 1);
  stream_.wait();  // the caller may change it once this returns
  applyCotangent(stream_, particles_, &scalars_->injected);
}

template <class Storage>
void CudaBackend<Storage>::readSums(double* sums) { read(sums, sums_, line_.sums); }

template <class Storage>
void CudaBackend<Storage>::writeSums(const double* sums) {
  cuda::upload(stream_, sums_, sums, line_.sums);
  stream_.wait();
}

template <class Storage>
void CudaBackend<Storage>::readReports(KickReport* reports) { read(reports, reports_, line_.kicks); }

template <class Storage>
Fault CudaBackend<Storage>::fault() {
  FaultKey key = kNoFault;
  read(&key, &scalars_->fault, 1);
  if (key == kNoFault) {
    faultSteps_.clear();
    return {};
  }
  Fault fault = decodeFault(key, faultSteps_[passOf(key)]);
  if (fault.kind == FaultKind::CoordinateRange) fault.particle = order_.particleAt(fault.particle);
  return fault;
}

template <class Storage>
void CudaBackend<Storage>::clearFault() {
  cuda::upload(stream_, &scalars_->fault, &kNoFault, 1);
  faultSteps_.clear();
}

template <class Storage>
DeviceReport CudaBackend<Storage>::device() const {
  DeviceReport report;
  int device = 0;
  cudaDeviceProp properties;
  check(cudaGetDevice(&device), "asking for the device");
  check(cudaGetDeviceProperties(&properties, device), "asking for the device's properties");
  check(cudaMemGetInfo(&report.freeBytes, &report.totalBytes), "asking for free memory");
  report.name = properties.name;
  return report;
}

template class CudaBackend<F64>;
template class CudaBackend<F32>;

std::unique_ptr<Backend> createCudaBackend(const Line& line, const Demand& demand, const MemoryPlan& plan) {
  if (demand.precision == Precision::F32) return std::make_unique<CudaBackend<F32>>(line, demand, plan);
  return std::make_unique<CudaBackend<F64>>(line, demand, plan);
}

}  // namespace unkick::cuda
