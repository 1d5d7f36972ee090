#include "cuda_backend.h"

#include <algorithm>
#include <cmath>

#include "green_function.h"
#include "moments.h"
#include "potential.h"
#include "state.h"

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
  particles_.lost = arena_.get<std::int32_t>(RegionId::Lost);
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
  cuda::upload(stream_, maps_, line_.maps.data(), line_.maps.size());
  clearFault();
}

// --- the beam ---------------------------------------------------------------------------------------------

template <class T>
void CudaBackend::read(T* to, const T* from, std::int64_t count) const {
  cuda::download(stream_, to, from, count);
  stream_.wait();
}

// f(particle, place) for every particle: its index for the caller, and on the device.
template <class F>
void CudaBackend::overParticles(F&& f) const {
  for (int part = 0; part < LoadOrder::parts; ++part) order_.walk(part, f);
}

template <class T>
std::vector<T> CudaBackend::inLoadOrder(const T* from) const {
  std::vector<T> staged(particles_.count);
  overParticles([&](std::int64_t particle, std::int64_t place) { staged[place] = from[particle]; });
  return staged;
}

template <class T>
void CudaBackend::sendParticles(T* to, const T* from) {
  cuda::upload(stream_, to, inLoadOrder(from).data(), particles_.count);
}

template <class T>
void CudaBackend::readParticles(T* to, const T* from) const {
  std::vector<T> staged(particles_.count);
  read(staged.data(), from, particles_.count);
  overParticles([&](std::int64_t particle, std::int64_t place) { to[particle] = staged[place]; });
}

void CudaBackend::load(const HostBeam& beam, double headroom) {
  order_ = LoadOrder(beam.coordinates[TAU], beam.particles);
  double largest[kCoordinates] = {};
  for (int c = 0; c < kCoordinates; ++c) {
    for (std::int64_t i = 0; i < beam.particles; ++i) largest[c] = larger(std::fabs(beam.coordinates[c][i]), largest[c]);
    sendParticles(particles_.z + c * particles_.stride, beam.coordinates[c]);
  }
  std::vector<double> charges = inLoadOrder(beam.charges);
  for (double& q : charges) q = std::fabs(q);  // a minus sign marks the lost, on a zero too
  cuda::upload(stream_, particles_.charge, charges.data(), particles_.count);
  if (particles_.lost) {
    const std::vector<std::int32_t> alive(particles_.count, kAlive);
    cuda::upload(stream_, particles_.lost, alive.data(), particles_.count);
  }
  quanta_ = quantaFor(largest, headroom);
  const double largestCharge = *std::max_element(charges.begin(), charges.end());
  chargeScale_ = fixedPointScale(largestCharge, static_cast<double>(beam.particles), 0);
  snapCoordinates(stream_, particles_, quanta_, 0, &scalars_->fault);
  clearFault();
}

void CudaBackend::readCoordinates(double* const out[kCoordinates]) {
  for (int c = 0; c < kCoordinates; ++c) readParticles(out[c], particles_.z + c * particles_.stride);
}

void CudaBackend::writeState(const double* const in[kCoordinates], const std::int32_t* lost) {
  for (int c = 0; c < kCoordinates; ++c) sendParticles(particles_.z + c * particles_.stride, in[c]);
  snapCoordinates(stream_, particles_, quanta_, faultPass(-1), &scalars_->fault);
  if (!lost) return;
  sendParticles(particles_.lost, lost);
  markLosses(stream_, particles_);
}

void CudaBackend::readLosses(std::int32_t* out) {
  if (particles_.lost) return readParticles(out, particles_.lost);
  std::fill(out, out + particles_.count, kAlive);
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
    if (!from) continue;
    const std::vector<double> staged = inLoadOrder(from);
    for (std::int64_t i = 0; i < particles_.count; i += piece) {
      const std::int64_t count = std::min(piece, particles_.count - i);
      cuda::upload(stream_, partials_.base, staged.data() + i, count);
      addArray(stream_, to + i, partials_.base, count);
    }
  }
}

void CudaBackend::writeAdjoint(const double* const coordinates[kCoordinates]) {
  for (int c = 0; c < kCoordinates; ++c) sendParticles(particles_.zBar + c * particles_.stride, coordinates[c]);
}

void CudaBackend::readAdjoint(double* const coordinates[kCoordinates], double* charges) {
  for (int c = 0; c < kCoordinates; ++c) {
    if (coordinates[c]) readParticles(coordinates[c], particles_.zBar + c * particles_.stride);
  }
  if (charges) readParticles(charges, particles_.chargeBar);
}

// --- the tape ---------------------------------------------------------------------------------------------

// Six coordinates and, where the line has apertures, who was lost.
void CudaBackend::storeState(void* slot) {
  double* to = static_cast<double*>(slot);
  const std::int64_t n = particles_.count;
  for (int c = 0; c < kCoordinates; ++c) copy(stream_, to + c * n, particles_.z + c * particles_.stride, n);
  if (particles_.lost) copy(stream_, reinterpret_cast<std::int32_t*>(to + kCoordinates * n), particles_.lost, n);
}

void CudaBackend::restoreState(const void* slot) {
  const double* from = static_cast<const double*>(slot);
  const std::int64_t n = particles_.count;
  for (int c = 0; c < kCoordinates; ++c) copy(stream_, particles_.z + c * particles_.stride, from + c * n, n);
  if (!particles_.lost) return;
  copy(stream_, particles_.lost, reinterpret_cast<const std::int32_t*>(from + kCoordinates * n), n);
  markLosses(stream_, particles_);
}

void CudaBackend::storeField(const Step& kick, double* slot) {
  copyField(stream_, shapeOf(kick), arena_.get<double>(RegionId::Potential), slot);
}

void CudaBackend::restoreField(const Step& kick, const double* slot) {
  double* potential = arena_.get<double>(RegionId::Potential);
  copyPotential(stream_, shapeOf(kick), slot, potential);
  fillGhosts(stream_, shapeOf(kick), potential);
}

// --- local runs -------------------------------------------------------------------------------------------

int CudaBackend::faultPass(int step) {
  if (faultSteps_.size() < kMostPasses - 1) faultSteps_.push_back(step);
  return static_cast<int>(faultSteps_.size()) - 1;
}

RunPass CudaBackend::runPass(const Step& step, bool kickFollows) {
  return {particles_, partials_, quanta_, maps_ + step.firstMap, step.mapCount, faultPass(step.index), line_.firstLoss(step), kickFollows, false, scalars_};
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
  return {particles_, partials_, quanta_, shapeOf(kick), faultPass(kick.index), chargeScale_, arena_.get<double>(RegionId::Potential), scalars_};
}

ConvolutionPass CudaBackend::convolutionPass(const Step& kick) {
  return {&plans(kick), shapeOf(kick), arena_.get<double>(RegionId::Green), arena_.get<Complex>(RegionId::Spectrum),
          arena_.get<Complex>(RegionId::FftWork), arena_.get<double>(RegionId::Potential), chargeScale_, particles_.count, scalars_};
}

void CudaBackend::measurePositions() { cuda::measurePositions(stream_, particles_, partials_, &scalars_->moments); }

void CudaBackend::placeGrid(const Step& kick, bool report) {
  cuda::placeGrid(stream_, gridPass(kick), faultPass(kick.index), report ? reports_ + kick.kickIndex : nullptr);
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

std::uint64_t CudaBackend::hashState() {
  cuda::hashState(stream_, particles_, &scalars_->hash);
  HashSum hash = 0;
  read(&hash, &scalars_->hash, 1);
  return hash;
}

std::uint64_t CudaBackend::hashMemory(const void* memory, std::size_t bytes) {
  cuda::hashMemory(stream_, memory, bytes, &scalars_->hash);
  HashSum hash = 0;
  read(&hash, &scalars_->hash, 1);
  return hash;
}

void CudaBackend::readObservation(int slot, double out[kObservation]) { read(out, observations_ + slot * kObservation, kObservation); }

void CudaBackend::inject(const MomentCotangent& cotangent) {
  cuda::upload(stream_, &scalars_->injected, &cotangent, 1);
  applyCotangent(stream_, particles_, &scalars_->injected);
}

void CudaBackend::readSums(double* sums) { read(sums, sums_, line_.sums); }

void CudaBackend::writeSums(const double* sums) { cuda::upload(stream_, sums_, sums, line_.sums); }

void CudaBackend::readReports(KickReport* reports) { read(reports, reports_, line_.kicks); }

Fault CudaBackend::fault() {
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

void CudaBackend::clearFault() {
  cuda::upload(stream_, &scalars_->fault, &kNoFault, 1);
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
