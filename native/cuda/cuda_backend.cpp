#include "cuda_backend.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "green_function.h"
#include "green_function_2d.h"
#include "kick_scatter.h"
#include "kicks_2d.h"
#include "moments.h"
#include "nodal_field.h"
#include "plane_ghosts.h"
#include "state.h"

namespace unkick::cuda {

namespace {

GridShape shapeOf(const Step& kick) { return {{kick.kick.nodes[0], kick.kick.nodes[1], kick.kick.nodes[2]}}; }

}  // namespace

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

// --- the beam ---------------------------------------------------------------------------------------------

template <class Storage>
template <class T>
void CudaBackend<Storage>::read(T* to, const T* from, std::int64_t count) const {
  cuda::download(stream_, to, from, count);
  stream_.wait();
}

// f(particle, place) for every particle: its index for the caller, and on the device.
template <class Storage>
template <class F>
void CudaBackend<Storage>::overParticles(F&& f) const {
  order_.walkAll(f);
}

template <class Storage>
template <class To, class From>
std::unique_ptr<To[]> CudaBackend<Storage>::inLoadOrder(const From* from) const {
  std::unique_ptr<To[]> staged(new To[particles_.count]);  // not a vector: its pages are first touched by the walk's threads
  overParticles([&](std::int64_t particle, std::int64_t place) { staged[place] = static_cast<To>(from[particle]); });
  return staged;
}

template <class Storage>
template <class To, class From>
void CudaBackend<Storage>::sendParticles(To* to, const From* from) {
  const std::unique_ptr<To[]> staged = inLoadOrder<To>(from);
  cuda::upload(stream_, to, staged.get(), particles_.count);
  stream_.wait();
}

template <class Storage>
template <class To, class From>
void CudaBackend<Storage>::readParticles(To* to, const From* from) const {
  const std::unique_ptr<From[]> staged(new From[particles_.count]);
  read(staged.get(), from, particles_.count);
  overParticles([&](std::int64_t particle, std::int64_t place) { to[particle] = staged[place]; });
}

// Snapped; one that is out of range is a fault, and an integer may not hold it.
template <class Storage>
void CudaBackend<Storage>::sendCoordinates(const double* const in[kCoordinates]) {
  const int pass = faultPass(-1);
  FaultKey worst = kNoFault;
  std::mutex faults;
  const std::unique_ptr<Coordinate[]> staged(new Coordinate[particles_.count]);
  for (int c = 0; c < kCoordinates; ++c) {
    overParticles([&](std::int64_t particle, std::int64_t place) {
      const double a = snap(in[c][particle], quanta_.magic[c]);
      const bool fits = !outside(a, quanta_.coordinateBound[c]);
      staged[place] = particles_.format.narrow(c, fits ? a : 0.0);
      if (fits) return;
      const std::lock_guard<std::mutex> lock(faults);
      worst = std::min(worst, faultKey(pass, place, c, magnitude(a) / quanta_.coordinateBound[c]));
    });
    cuda::upload(stream_, particles_.z + c * particles_.stride, staged.get(), particles_.count);
    stream_.wait();
  }
  FaultKey earlier = kNoFault;
  if (worst != kNoFault) read(&earlier, &scalars_->fault, 1);
  if (worst < earlier) cuda::upload(stream_, &scalars_->fault, &worst, 1);
  stream_.wait();
}

template <class Storage>
void CudaBackend<Storage>::load(const HostBeam& beam, const Headroom& headroom) {
  order_ = LoadOrder(beam.coordinates[TAU], beam.particles);
  beamCharge_ = beam.totalCharge();
  double largest[kCoordinates] = {};
  onHostThreads(kCoordinates, [&](int c) {
    double most = 0;
    for (std::int64_t i = 0; i < beam.particles; ++i) most = larger(std::fabs(beam.coordinates[c][i]), most);
    largest[c] = most;
  });
  const std::unique_ptr<double[]> charges = inLoadOrder<double>(beam.charges);
  double largestCharge = 0;
  for (std::int64_t i = 0; i < particles_.count; ++i) {
    charges[i] = std::fabs(charges[i]);  // a minus sign marks the lost, on a zero too
    largestCharge = larger(charges[i], largestCharge);
  }
  cuda::upload(stream_, particles_.charge, charges.get(), particles_.count);
  if (particles_.lost) {
    const std::vector<std::int32_t> alive(particles_.count, kAlive);
    cuda::upload(stream_, particles_.lost, alive.data(), particles_.count);
    stream_.wait();
  }
  quanta_ = quantaFor(largest, headroom, coordinateBits(Storage::precision));
  particles_.format.useQuanta(quanta_);
  chargeScale_ = fixedPointScale(largestCharge, static_cast<double>(beam.particles), 0);
  clearFault();
  cuda::upload(stream_, maps_, line_.maps.data(), line_.maps.size());  // the line may have other numbers than last time
  sendCoordinates(beam.coordinates);
}

template <class Storage>
void CudaBackend<Storage>::readCoordinates(double* const out[kCoordinates]) {
  for (int c = 0; c < kCoordinates; ++c) {
    const std::unique_ptr<Coordinate[]> staged(new Coordinate[particles_.count]);
    read(staged.get(), particles_.z + c * particles_.stride, particles_.count);
    overParticles([&](std::int64_t particle, std::int64_t place) { out[c][particle] = particles_.format.widen(c, staged[place]); });
  }
}

template <class Storage>
void CudaBackend<Storage>::writeState(const double* const in[kCoordinates], const std::int32_t* lost) {
  sendCoordinates(in);
  if (!lost) return;
  sendParticles(particles_.lost, lost);
  markLosses(stream_, particles_);
}

template <class Storage>
void CudaBackend<Storage>::readLosses(std::int32_t* out) {
  if (particles_.lost) return readParticles(out, particles_.lost);
  std::fill(out, out + particles_.count, kAlive);
}

template <class Storage>
void CudaBackend<Storage>::clearAdjoint() {
  clear(stream_, particles_.zBar, kCoordinates * particles_.stride);
  clear(stream_, particles_.chargeBar, particles_.stride);
  clear(stream_, sums_, line_.sums);
}

// By way of the partial sums' memory, idle between passes: an objective's cotangent needs no array of its own.
template <class Storage>
void CudaBackend<Storage>::addCotangent(const double* const coordinates[kCoordinates], const double* charges) {
  const std::int64_t piece = partials_.chunks * Partials::kNumbers;
  for (int c = 0; c <= kCoordinates; ++c) {
    const double* from = c < kCoordinates ? coordinates[c] : charges;
    Real* to = c < kCoordinates ? particles_.zBar + c * particles_.stride : particles_.chargeBar;
    if (!from) continue;
    const std::unique_ptr<double[]> staged = inLoadOrder<double>(from);
    for (std::int64_t i = 0; i < particles_.count; i += piece) {
      const std::int64_t count = std::min(piece, particles_.count - i);
      cuda::upload(stream_, partials_.base, staged.get() + i, count);
      addArray(stream_, to + i, partials_.base, count);
    }
    stream_.wait();
  }
}

template <class Storage>
void CudaBackend<Storage>::writeAdjoint(const double* const coordinates[kCoordinates]) {
  for (int c = 0; c < kCoordinates; ++c) sendParticles(particles_.zBar + c * particles_.stride, coordinates[c]);
}

template <class Storage>
void CudaBackend<Storage>::readAdjoint(double* const coordinates[kCoordinates], double* charges) {
  for (int c = 0; c < kCoordinates; ++c) {
    if (coordinates[c]) readParticles(coordinates[c], particles_.zBar + c * particles_.stride);
  }
  if (charges) readParticles(charges, particles_.chargeBar);
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

// --- a collective kick ------------------------------------------------------------------------------------

template <class Storage>
auto CudaBackend<Storage>::plans(const Step& kick) -> const FftPlans<Real>& {
  const int* n = kick.kick.nodes;
  std::unique_ptr<FftPlans<Real>>& plans = plans_[{n[0], n[1], n[2]}];
  if (!plans) plans = std::make_unique<FftPlans<Real>>(n, arena_.get<void>(RegionId::FftWork), stream_);
  return *plans;
}

template <class Storage>
KickPass<Storage> CudaBackend<Storage>::kickPass(const Step& kick) {
  return {particles_, partials_, quanta_, shapeOf(kick), faultPass(kick.index), chargeScale_, nodeMemory<Real>(), scalars_};
}

template <class Storage>
auto CudaBackend<Storage>::convolutionPass(const Step& kick) -> ConvolutionPass<Real> {
  return {&plans(kick), shapeOf(kick), arena_.get<Real>(RegionId::Green), chargeScale_, particles_.count, scalars_};
}

template <class Storage>
auto CudaBackend<Storage>::field(RegionId from, RegionId spectrum, RegionId to) -> Field<Real> {
  return {arena_.get<Real>(from), arena_.get<ComplexOf<Real>>(spectrum), arena_.get<Real>(to)};
}

template <class Storage>
void CudaBackend<Storage>::measurePositions() { cuda::measurePositions(stream_, particles_, partials_, &scalars_->moments); }

template <class Storage>
void CudaBackend<Storage>::placeGrid(const Step& kick, bool report) {
  cuda::placeGrid(stream_, gridPass(kick), faultPass(kick.index), report ? reports_ + kick.kickIndex : nullptr);
}

template <class Storage>
void CudaBackend<Storage>::deposit(const Step& kick, bool report) {
  const auto how = kick.kick.dimensions() == 2 ? deposit2d<Storage> : cuda::deposit<Storage>;
  how(stream_, kickPass(kick), nodeMemory<std::int64_t>(), arena_.get<Real>(RegionId::ChargeGrid), report);
  if (report) reportOutside(stream_, scalars_, chargeScale_, reports_ + kick.kickIndex);
}

template <class Storage>
void CudaBackend<Storage>::green(const Step& kick) {
  const auto transformed = kick.kick.dimensions() == 2 ? transformedGreen2d<Real> : transformedGreen<Real>;
  transformed(stream_, plans(kick), scalars_, arena_.get<Real>(RegionId::Green));
}

template <class Storage>
void CudaBackend<Storage>::solve(const Step& kick) {
  convolveCharge(stream_, convolutionPass(kick), field(RegionId::ChargeGrid, RegionId::Spectrum, RegionId::Potential));
}

// What macroparticles gather, into the memory that transforms work in. chargeBar: null where it is not gathered.
template <class Storage>
void CudaBackend<Storage>::fillNodes(const Step& kick, const Real* chargeBar) {
  const Real* potential = arena_.get<Real>(RegionId::Potential);
  if (kick.kick.dimensions() == 2) return fillGhosts(stream_, shapeOf(kick), potential, nodeMemory<Real>());
  cuda::fillNodes(stream_, shapeOf(kick), potential, chargeBar, nodeMemory<Real>());
}

template <class Storage>
void CudaBackend<Storage>::kick(const Step& kick, Direction direction) {
  fillNodes(kick, nullptr);
  const auto how = kick.kick.dimensions() == 2 ? kick2d<Storage> : cuda::kick<Storage>;
  how(stream_, kickPass(kick), direction == Direction::Inverse);
}

template <class Storage>
void CudaBackend<Storage>::boundCotangent() { boundCotangents(stream_, particles_, partials_, scalars_->bound); }

// The charge as well, whether it is asked for or not: it shares the nodes.
template <class Storage>
void CudaBackend<Storage>::scatterBar(const Step& kick, const KickReverse& what) {
  Real* potentialBar = arena_.get<Real>(RegionId::PotentialBar);
  std::int64_t* sums = nodeMemory<std::int64_t>();
  if (kick.kick.dimensions() == 3) return cuda::scatterBar(stream_, kickPass(kick), sums, potentialBar, arena_.get<Real>(RegionId::ChargeGrid));
  if (what.potential || what.greenBar) deposit(kick, false);
  scatterBar2d(stream_, kickPass(kick), sums, potentialBar);
}

// The charge's cotangent takes the charge's place.
template <class Storage>
void CudaBackend<Storage>::solveBar(const Step& kick, const KickReverse& what) {
  const ConvolutionPass<Real> pass = convolutionPass(kick);
  const Field<Real> potentialBar = field(RegionId::PotentialBar, RegionId::Spectrum, RegionId::ChargeGrid);
  if (!what.greenBar) {
    if (what.potential) solve(kick);
    return convolvePotentialBar(stream_, pass, potentialBar);
  }
  Field<Real> charge = field(RegionId::ChargeGrid, RegionId::SpectrumBar, RegionId::Potential);
  if (!what.potential) charge.to = nullptr;
  convolveAndCorrelate(stream_, pass, potentialBar, charge, arena_.get<Real>(RegionId::GreenBar));
}

template <class Storage>
void CudaBackend<Storage>::gatherBar(const Step& kick, const KickReverse& what) {
  const Real* chargeBar = arena_.get<Real>(RegionId::ChargeGrid);
  fillNodes(kick, chargeBar);
  if (kick.kick.dimensions() == 2) return gatherBar2d(stream_, kickPass(kick), what.inverse, chargeBar);
  cuda::gatherBar(stream_, kickPass(kick), what.inverse);
}

template <class Storage>
void CudaBackend<Storage>::gridBar(const Step& kick, bool greenBar) {
  const auto gradient = kick.kick.dimensions() == 2 ? greenGradient2d<Real> : greenGradient<Real>;
  if (greenBar) gradient(stream_, plans(kick), scalars_, arena_.get<Real>(RegionId::GreenBar), arena_.get<ComplexOf<Real>>(RegionId::Spectrum));
  cuda::gridBar(stream_, gridPass(kick), greenBar, sums_ + kick.firstSum);
}

template <class Storage>
void CudaBackend<Storage>::applyPendingCotangent() { applyCotangent(stream_, particles_, &scalars_->pending); }

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
