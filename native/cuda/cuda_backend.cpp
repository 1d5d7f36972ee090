#include "cuda_backend.h"

#include <algorithm>
#include <cmath>

#include "green_function.h"
#include "moments.h"
#include "potential.h"

namespace unkick::cuda {

namespace {

GridShape shapeOf(const Step& kick) { return {{kick.kick.nodes[0], kick.kick.nodes[1], kick.kick.nodes[2]}}; }

}  // namespace

CudaBackend::CudaBackend(const Line& line, const Demand& demand, const MemoryPlan& plan)
    : line_(line), memory_(plan.bytes), arena_(plan, memory_.base()) {
  particles_.count = demand.particles;
  particles_.stride = particleStride(demand.particles);
  particles_.chunkSize = chunkSize(demand.particles);
  particles_.z = arena_.get<double>(RegionId::Coordinates);
  particles_.charge = arena_.get<double>(RegionId::Charges);
  particles_.zBar = arena_.get<double>(RegionId::Adjoint);
  particles_.chargeBar = arena_.get<double>(RegionId::ChargesBar);
  partials_ = {arena_.get<double>(RegionId::Partials), chunkCount(demand.particles)};
  placeResults(demand);
}

void CudaBackend::placeResults(const Demand& demand) {
  char* base = arena_.get<char>(RegionId::Results);
  clear(stream_, base, arena_.bytes(RegionId::Results));
  scalars_ = reinterpret_cast<SweepScalars*>(base);
  maps_ = reinterpret_cast<LocalMap*>(base + kCudaScalarBytes);
  sums_ = reinterpret_cast<double*>(maps_ + line_.maps.size());
  observations_ = sums_ + line_.sums;
  reports_ = reinterpret_cast<KickReport*>(observations_ + demand.observations * kObservation);
  upload(stream_, maps_, line_.maps.data(), line_.maps.size());
  clearFault();
}

// --- the beam ---------------------------------------------------------------------------------------------

void CudaBackend::load(const HostBeam& beam, double headroom) {
  double largest[kCoordinates] = {};
  for (int c = 0; c < kCoordinates; ++c) {
    for (std::int64_t i = 0; i < beam.particles; ++i) largest[c] = larger(std::fabs(beam.coordinates[c][i]), largest[c]);
    upload(stream_, particles_.z + c * particles_.stride, beam.coordinates[c], beam.particles);
  }
  upload(stream_, particles_.charge, beam.charges, beam.particles);
  quanta_ = quantaFor(largest, headroom);
  const double largestCharge = *std::max_element(beam.charges, beam.charges + beam.particles);
  chargeScale_ = fixedPointScale(largestCharge, static_cast<double>(beam.particles), 0);
  snapCoordinates(stream_, particles_, quanta_);
  clearFault();
}

template <class T>
void CudaBackend::read(T* to, const T* from, std::int64_t count) const {
  download(stream_, to, from, count);
  stream_.wait();
}

void CudaBackend::readCoordinates(double* const out[kCoordinates]) {
  for (int c = 0; c < kCoordinates; ++c) download(stream_, out[c], particles_.z + c * particles_.stride, particles_.count);
  stream_.wait();
}

void CudaBackend::clearAdjoint() {
  clear(stream_, particles_.zBar, kCoordinates * particles_.stride);
  clear(stream_, particles_.chargeBar, particles_.stride);
  clear(stream_, sums_, line_.sums);
}

// By way of the partial sums' memory, idle between passes: an objective's cotangent needs no array of its own.
void CudaBackend::addCotangent(const double* const coordinates[kCoordinates], const double* charges) {
  const std::int64_t piece = partials_.chunks * Partials::kNumbers;
  for (int c = 0; c <= kCoordinates; ++c) {
    const double* from = c < kCoordinates ? coordinates[c] : charges;
    double* to = c < kCoordinates ? particles_.zBar + c * particles_.stride : particles_.chargeBar;
    for (std::int64_t i = 0; from && i < particles_.count; i += piece) {
      const std::int64_t count = std::min(piece, particles_.count - i);
      upload(stream_, partials_.base, from + i, count);
      addArray(stream_, to + i, partials_.base, count);
    }
  }
}

void CudaBackend::readAdjoint(double* const coordinates[kCoordinates], double* charges) {
  for (int c = 0; c < kCoordinates; ++c) {
    if (coordinates[c]) download(stream_, coordinates[c], particles_.zBar + c * particles_.stride, particles_.count);
  }
  if (charges) download(stream_, charges, particles_.chargeBar, particles_.count);
  stream_.wait();
}

// --- the tape ---------------------------------------------------------------------------------------------

double* CudaBackend::stateSlot(int slot) const {
  return arena_.get<double>(RegionId::StateSlots) + std::int64_t(slot) * kCoordinates * particles_.count;
}

void CudaBackend::storeState(int slot) {
  for (int c = 0; c < kCoordinates; ++c) {
    copy(stream_, stateSlot(slot) + c * particles_.count, particles_.z + c * particles_.stride, particles_.count);
  }
}

void CudaBackend::restoreState(int slot) {
  for (int c = 0; c < kCoordinates; ++c) {
    copy(stream_, particles_.z + c * particles_.stride, stateSlot(slot) + c * particles_.count, particles_.count);
  }
}

void CudaBackend::storeField(const Step& kick, std::int64_t offset) {
  copyField(stream_, shapeOf(kick), arena_.get<double>(RegionId::Potential), arena_.get<double>(RegionId::FieldSlots) + offset);
}

void CudaBackend::restoreField(const Step& kick, std::int64_t offset) {
  double* potential = arena_.get<double>(RegionId::Potential);
  copyPotential(stream_, shapeOf(kick), arena_.get<double>(RegionId::FieldSlots) + offset, potential);
  fillGhosts(stream_, shapeOf(kick), potential);
}

// --- local runs -------------------------------------------------------------------------------------------

int CudaBackend::faultPass(const Step& step) {
  if (faultSteps_.size() < kMostPasses - 1) faultSteps_.push_back(step.index);
  return static_cast<int>(faultSteps_.size()) - 1;
}

RunPass CudaBackend::runPass(const Step& step, bool kickFollows) {
  return {particles_, partials_, quanta_, maps_ + step.firstMap, step.mapCount, faultPass(step), kickFollows, false, scalars_};
}

void CudaBackend::run(const Step& step, Direction direction, bool kickFollows) {
  const RunPass pass = runPass(step, kickFollows);
  direction == Direction::Forward ? runForward(stream_, pass) : runInverse(stream_, pass);
}

void CudaBackend::reverseRun(const Step& step, bool pending, bool kickFollows) {
  RunPass pass = runPass(step, kickFollows);
  pass.pending = pending;
  runReverse(stream_, pass, line_.maps.data() + step.firstMap, sums_ + step.firstSum);
}

void CudaBackend::adjointRun(const Step& step) {
  runAdjoint(stream_, runPass(step, false), line_.maps.data() + step.firstMap, sums_ + step.firstSum);
}

// --- a collective kick ------------------------------------------------------------------------------------

const FftPlans& CudaBackend::plans(const Step& kick) {
  const int* n = kick.kick.nodes;
  std::unique_ptr<FftPlans>& plans = plans_[{n[0], n[1], n[2]}];
  const WorkArea work = {arena_.get<void>(RegionId::FftWork), arena_.bytes(RegionId::FftWork)};
  if (!plans) plans = std::make_unique<FftPlans>(n, work, stream_);
  return *plans;
}

KickPass CudaBackend::kickPass(const Step& kick) {
  return {particles_, partials_, quanta_, shapeOf(kick), faultPass(kick), chargeScale_, arena_.get<double>(RegionId::Potential), scalars_};
}

ConvolutionPass CudaBackend::convolutionPass(const Step& kick) {
  return {&plans(kick), shapeOf(kick), arena_.get<double>(RegionId::Green), arena_.get<Complex>(RegionId::Spectrum),
          arena_.get<Complex>(RegionId::FftWork), arena_.get<double>(RegionId::Potential), chargeScale_, particles_.count, scalars_};
}

void CudaBackend::measurePositions() { cuda::measurePositions(stream_, particles_, partials_, &scalars_->moments); }

void CudaBackend::placeGrid(const Step& kick, bool report) {
  cuda::placeGrid(stream_, gridPass(kick), faultPass(kick), report ? reports_ + kick.kickIndex : nullptr);
}

void CudaBackend::deposit(const Step& kick, bool report) {
  cuda::deposit(stream_, kickPass(kick), arena_.get<std::int64_t>(RegionId::ChargeGrid), report);
  if (report) reportOutside(stream_, scalars_, chargeScale_, reports_ + kick.kickIndex);
}

void CudaBackend::green(const Step& kick) {
  transformedGreen(stream_, plans(kick), scalars_, arena_.get<double>(RegionId::Green), arena_.get<Complex>(RegionId::Spectrum));
}

void CudaBackend::solve(const Step& kick) {
  const ConvolutionPass pass = convolutionPass(kick);
  convolveCharge(stream_, pass, arena_.get<std::int64_t>(RegionId::ChargeGrid));
  fillGhosts(stream_, pass.shape, pass.potential);
}

void CudaBackend::kick(const Step& kick, Direction direction) {
  cuda::kick(stream_, kickPass(kick), direction == Direction::Inverse);
}

void CudaBackend::boundCotangent() { boundCotangents(stream_, particles_, partials_, scalars_->bound); }

void CudaBackend::kickBar(const Step& kick, bool inverse) {
  const KickPass pass = kickPass(kick);
  std::int64_t* potentialBar = arena_.get<std::int64_t>(RegionId::PotentialBar);
  cuda::kickBar(stream_, pass, inverse, potentialBar);
  foldGhosts(stream_, pass.shape, potentialBar);
}

void CudaBackend::solveBar(const Step& kick, bool greenBar) {
  const ConvolutionPass pass = convolutionPass(kick);
  Correlation correlation;
  if (greenBar) {
    correlation = {arena_.get<std::int64_t>(RegionId::ChargeGrid), arena_.get<Complex>(RegionId::SpectrumBar),
                   arena_.get<double>(RegionId::GreenBar)};
  }
  convolvePotentialBar(stream_, pass, arena_.get<std::int64_t>(RegionId::PotentialBar), correlation);
  fillGhosts(stream_, pass.shape, pass.potential);
}

void CudaBackend::depositBar(const Step& kick) { cuda::depositBar(stream_, kickPass(kick)); }

void CudaBackend::gridBar(const Step& kick, bool greenBar) {
  if (greenBar) {
    greenGradient(stream_, plans(kick), scalars_, arena_.get<double>(RegionId::GreenBar), arena_.get<Complex>(RegionId::Spectrum));
  }
  cuda::gridBar(stream_, gridPass(kick), greenBar, sums_ + kick.firstSum);
}

void CudaBackend::applyPendingCotangent() { applyCotangent(stream_, particles_, &scalars_->pending); }

// --- observations and results -----------------------------------------------------------------------------

void CudaBackend::observe(int slot) { observeMoments(stream_, particles_, partials_, observations_ + slot * kObservation); }

void CudaBackend::readObservation(int slot, double out[kObservation]) { read(out, observations_ + slot * kObservation, kObservation); }

void CudaBackend::inject(const MomentCotangent& cotangent) {
  upload(stream_, &scalars_->injected, &cotangent, 1);
  applyCotangent(stream_, particles_, &scalars_->injected);
}

void CudaBackend::readSums(double* sums) { read(sums, sums_, line_.sums); }

void CudaBackend::readReports(KickReport* reports) { read(reports, reports_, line_.kicks); }

Fault CudaBackend::fault() {
  FaultKey key = kNoFault;
  read(&key, &scalars_->fault, 1);
  if (key != kNoFault) return decodeFault(key, faultSteps_[passOf(key)]);
  faultSteps_.clear();
  return {};
}

void CudaBackend::clearFault() {
  upload(stream_, &scalars_->fault, &kNoFault, 1);
  faultSteps_.clear();
}

DeviceReport CudaBackend::device() const {
  DeviceReport report;
  int device = 0;
  cudaDeviceProp properties;
  check(cudaGetDevice(&device), "asking for the device");
  check(cudaGetDeviceProperties(&properties, device), "asking for the device's properties");
  check(cudaMemGetInfo(&report.freeBytes, &report.totalBytes), "asking for free memory");
  report.name = properties.name;
  return report;
}

}  // namespace unkick::cuda
