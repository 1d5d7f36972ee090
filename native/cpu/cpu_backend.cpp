#include "cpu_backend.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <fstream>

#include "../physics/state_hash.h"
#include "cpu_beam.h"
#include "cpu_kick.h"
#include "moments.h"
#include "parallel.h"

namespace unkick {

namespace {

constexpr std::size_t kHugePage = std::size_t(1) << 21;

}  // namespace

template <class Storage>
CpuBackend<Storage>::CpuBackend(const Line& line, const Demand& demand)
    : line_(line), threads_(demand.threads) {
  const MemoryPlan plan = planCpuMemory(line, demand);
  if (posix_memalign(&memory_, kHugePage, std::max<std::size_t>(plan.bytes, kRegionAlignment)) != 0) {
    throw BackendFailure("out of memory: could not allocate an arena of " + std::to_string(plan.bytes) + " bytes");
  }
#if defined(MADV_HUGEPAGE)
  madvise(memory_, plan.bytes, MADV_HUGEPAGE);  // streaming passes ran 1.6 to 1.9 times faster with it; a refusal costs nothing
#endif
  arena_ = Arena(plan, memory_);
  particles_.count = demand.particles;
  particles_.stride = particleStride(demand.particles);
  for (int c = 0; c < kCoordinates; ++c) {
    particles_.z[c].data = arena_.get<typename Storage::Coordinate>(RegionId::Coordinates) + c * particles_.stride;
    if (demand.differentiate) particles_.zBar[c] = arena_.get<Real>(RegionId::Adjoint) + c * particles_.stride;
  }
  particles_.charge = arena_.get<double>(RegionId::Charges);
  particles_.lost = arena_.get<std::int32_t>(RegionId::Lost);
  particles_.chargeBar = arena_.get<Real>(RegionId::ChargesBar);
  partials_.base = arena_.get<double>(RegionId::Partials);
  partials_.sums = static_cast<int>(arena_.bytes(RegionId::Partials) / sizeof(double) / chunks()) - Partials::kMomentNumbers - 3;
  sums_ = arena_.get<double>(RegionId::Results);
  observations_ = sums_ + line.sums;
  reports_ = reinterpret_cast<KickReport*>(observations_ + demand.observations * kObservation);
  if (sums_) std::memset(sums_, 0, arena_.bytes(RegionId::Results));
  for (const Step& step : line.steps) {
    if (step.isKick()) planeSums_.resize(std::max<std::size_t>(planeSums_.size(), 3 * step.kick.nodes[0]));
  }
}

template <class Storage>
CpuBackend<Storage>::~CpuBackend() { std::free(memory_); }

// --- the tape ---------------------------------------------------------------------------------------------

// Seven pieces: six coordinates and, where the line has apertures, who was lost.
template <class Storage>
void CpuBackend<Storage>::storeState(void* slot) {
  char* to = static_cast<char*>(slot);
  const std::size_t bytes = sizeof(typename Storage::Coordinate) * particles_.count;
  parallelFor(threads_, kCoordinates + 1, [&](std::int64_t c, int) {
    if (c < kCoordinates) std::memcpy(to + c * bytes, particles_.z[c].data, bytes);
    else if (particles_.lost) std::memcpy(to + c * bytes, particles_.lost, sizeof(std::int32_t) * particles_.count);
  });
}

template <class Storage>
void CpuBackend<Storage>::restoreState(const void* slot) {
  const char* from = static_cast<const char*>(slot);
  const std::size_t bytes = sizeof(typename Storage::Coordinate) * particles_.count;
  parallelFor(threads_, kCoordinates + 1, [&](std::int64_t c, int) {
    if (c < kCoordinates) return void(std::memcpy(particles_.z[c].data, from + c * bytes, bytes));
    if (!particles_.lost) return;
    const std::int32_t* lost = reinterpret_cast<const std::int32_t*>(from + c * bytes);
    for (std::int64_t i = 0; i < particles_.count; ++i) markLost(i, lost[i]);
  });
}

template <class Storage>
void* CpuBackend<Storage>::allocateHost(std::size_t bytes) {
  void* memory = nullptr;
  if (posix_memalign(&memory, kHugePage, bytes) != 0) {
    throw BackendFailure("out of host memory: could not allocate " + std::to_string(bytes) + " bytes for snapshots");
  }
  return memory;
}

template <class Storage>
void CpuBackend<Storage>::freeHost(void* memory) { std::free(memory); }

template <class Storage>
void CpuBackend<Storage>::download(void* host, const void* device, std::size_t bytes, int) { std::memcpy(host, device, bytes); }

template <class Storage>
void CpuBackend<Storage>::upload(void* device, const void* host, std::size_t bytes, int) { std::memcpy(device, host, bytes); }

template <class Storage>
void CpuBackend<Storage>::storeField(const Step& kick, void* slot) {
  const std::int64_t nodes = shapeOf(kick).nodes();
  Real* field = static_cast<Real*>(slot);
  if (nodes * sizeof(Real) % sizeof(double) != 0) field[nodes] = 0;  // the slot's last word is hashed, too
  copyNodes(arena_.get<Real>(RegionId::Potential), nodes, field);
}

template <class Storage>
void CpuBackend<Storage>::restoreField(const Step& kick, const void* slot) {
  copyNodes(static_cast<const Real*>(slot), shapeOf(kick).nodes(), arena_.get<Real>(RegionId::Potential));
}

template <class Storage>
void CpuBackend<Storage>::copyNodes(const Real* from, std::int64_t nodes, Real* to) {
  constexpr std::int64_t kPart = 1 << 15;
  parallelFor(threads_, (nodes + kPart - 1) / kPart, [&](std::int64_t part, int) {
    const std::int64_t first = part * kPart;
    std::memcpy(to + first, from + first, sizeof(Real) * std::min(kPart, nodes - first));
  });
}

// --- local runs -------------------------------------------------------------------------------------------

template <class Storage>
RunPass<Storage> CpuBackend<Storage>::runPass(const Step& step, bool kickFollows) {
  return {particles_, partials_, quanta_, line_.maps.data() + step.firstMap, step.mapCount, step.sumCount, step.index,
          line_.firstLoss(step), kickFollows, nullptr, &faults_};
}

template <class Storage>
void CpuBackend<Storage>::run(const Step& step, Direction direction, bool kickFollows) {
  const RunPass<Storage> pass = runPass(step, kickFollows);
  overChunks([&](std::int64_t chunk) { direction == Direction::Forward ? forwardChunk(pass, chunk) : inverseChunk(pass, chunk); });
  if (kickFollows) mergeMoments();
}

template <class Storage>
void CpuBackend<Storage>::reverseRun(const Step& step, bool pending, bool kickFollows) {
  RunPass<Storage> pass = runPass(step, kickFollows);
  if (pending) pass.pending = &pending_;
  overChunks([&](std::int64_t chunk) { reverseChunk(pass, chunk); });
  addRunSums(step);
  if (!kickFollows) return;
  mergeMoments();
  mergeBounds();
}

template <class Storage>
void CpuBackend<Storage>::adjointRun(const Step& step) {
  const RunPass<Storage> pass = runPass(step, false);
  overChunks([&](std::int64_t chunk) { adjointChunk(pass, chunk); });
  addRunSums(step);
}

// --- reductions -------------------------------------------------------------------------------------------

template <class Storage>
void CpuBackend<Storage>::mergeMoments() {
  moments_ = {};
  for (std::int64_t chunk = 0; chunk < chunks(); ++chunk) moments_ = merge(moments_, *partials_.momentsOf(chunk));
}

template <class Storage>
void CpuBackend<Storage>::mergeBounds() {
  for (int d = 0; d < 3; ++d) {
    bound_[d] = 0;
    for (std::int64_t chunk = 0; chunk < chunks(); ++chunk) bound_[d] = larger(partials_.boundOf(chunk)[d], bound_[d]);
  }
}

template <class Storage>
double CpuBackend<Storage>::sumPartial(int s) const {
  double sum = 0;
  for (std::int64_t chunk = 0; chunk < chunks(); ++chunk) sum += partials_.sumsOf(chunk)[s];
  return sum;
}

template <class Storage>
void CpuBackend<Storage>::sumPartials(int count, double* out) const {
  for (int s = 0; s < count; ++s) out[s] = sumPartial(s);
}

template <class Storage>
void CpuBackend<Storage>::addRunSums(const Step& step) {
  for (int s = 0; s < step.sumCount; ++s) sums_[step.firstSum + s] += sumPartial(s);
}

template <class Storage>
KickSums CpuBackend<Storage>::mergeKickSums() const {
  double numbers[kKickSums];
  sumPartials(kKickSums, numbers);
  KickSums sums;
  std::memcpy(&sums, numbers, sizeof sums);
  return sums;
}

template <class Storage>
void CpuBackend<Storage>::measurePositions() {
  overChunks([&](std::int64_t chunk) { measureChunk(particles_, partials_, chunk); });
  mergeMoments();
}

template <class Storage>
void CpuBackend<Storage>::boundCotangent() {
  overChunks([&](std::int64_t chunk) { boundChunk(particles_, partials_, chunk); });
  mergeBounds();
}

template <class Storage>
void CpuBackend<Storage>::applyPendingCotangent() { inject(pending_); }

template <class Storage>
void CpuBackend<Storage>::inject(const MomentCotangent& cotangent) {
  overChunks([&](std::int64_t chunk) { applyCotangentChunk(particles_, cotangent, chunk); });
}

template <class Storage>
void CpuBackend<Storage>::observe(int slot) {
  double* out = observations_ + slot * kObservation;
  overChunks([&](std::int64_t chunk) { firstMomentsChunk(particles_, partials_, chunk); });
  sumPartials(1 + kCoordinates, out);
  double* mean = out + 1;
  for (int c = 0; c < kCoordinates; ++c) mean[c] /= out[0];
  overChunks([&](std::int64_t chunk) { secondMomentsChunk(particles_, mean, partials_, chunk); });
  double* covariance = mean + kCoordinates;
  sumPartials(kObservation - 1 - kCoordinates, covariance);
  for (double* c = covariance; c < out + kObservation; ++c) *c /= out[0];
}

template <class Storage>
void CpuBackend<Storage>::readObservation(int slot, double out[kObservation]) {
  std::memcpy(out, observations_ + slot * kObservation, sizeof(double) * kObservation);
}

template <class Storage>
std::uint64_t CpuBackend<Storage>::hashState() {
  std::uint64_t sum = 0;
  overChunks([&](std::int64_t index) {
    const Chunk chunk = chunkAt(particles_, index);
    std::uint64_t own = 0;
    for (std::int64_t i = chunk.begin; i < std::min(chunk.end, particles_.count); ++i) {
      double z[kCoordinates];
      for (int c = 0; c < kCoordinates; ++c) z[c] = particles_.z[c].at(i);
      own += hashParticle(z, particles_.lost ? particles_.lost[i] : kAlive);
    }
    __atomic_fetch_add(&sum, own, __ATOMIC_RELAXED);
  });
  return sum;
}

template <class Storage>
std::uint64_t CpuBackend<Storage>::hashMemory(const void* memory, std::size_t bytes) {
  constexpr std::int64_t kPart = 1 << 13;
  const std::int64_t words = static_cast<std::int64_t>(bytes / sizeof(std::uint64_t));
  std::uint64_t sum = 0;
  parallelFor(threads_, (words + kPart - 1) / kPart, [&](std::int64_t part, int) {
    std::uint64_t own = 0;
    for (std::int64_t i = part * kPart; i < std::min((part + 1) * kPart, words); ++i) {
      std::uint64_t word;
      std::memcpy(&word, static_cast<const char*>(memory) + i * sizeof word, sizeof word);
      own += hashWord(word, i);
    }
    __atomic_fetch_add(&sum, own, __ATOMIC_RELAXED);
  });
  return sum;
}

template <class Storage>
void CpuBackend<Storage>::writeSums(const double* sums) { std::memcpy(sums_, sums, sizeof(double) * line_.sums); }

template <class Storage>
void CpuBackend<Storage>::readSums(double* sums) { std::memcpy(sums, sums_, sizeof(double) * line_.sums); }

template <class Storage>
void CpuBackend<Storage>::readReports(KickReport* reports) { std::memcpy(reports, reports_, sizeof(KickReport) * line_.kicks); }

template <class Storage>
DeviceReport CpuBackend<Storage>::device() const {
  DeviceReport report;
  report.name = "CPU";
  report.threads = threads_;
  return report;
}

template class CpuBackend<F64>;
template class CpuBackend<F32>;

std::unique_ptr<Backend> createCpuBackend(const Line& line, const Demand& demand) {
  if (demand.precision == Precision::F32) return std::make_unique<CpuBackend<F32>>(line, demand);
  return std::make_unique<CpuBackend<F64>>(line, demand);
}

// --- the back end of this binary --------------------------------------------------------------------------
// Weak, so that a test program that holds two back ends against each other can choose between them.

[[gnu::weak]] std::string backendUnavailable() { return ""; }

[[gnu::weak]] std::string backendDetails() {
  std::string model = "unknown";
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    model = line.substr(line.find(':') + 2);
    break;
  }
#if defined(_OPENMP)
  const std::string openmp = "yes";
#else
  const std::string openmp = "no (built without OpenMP: one thread)";
#endif
  return "processor: " + model + "\nprocessors: " + std::to_string(hardwareThreads()) + "\nOpenMP: " + openmp + "\nFFT: " + fftw_version;
}

[[gnu::weak]] MemoryPlan planMemory(const Line& line, const Demand& demand) { return planCpuMemory(line, demand); }

[[gnu::weak]] std::unique_ptr<Backend> createBackend(const Line& line, const Demand& demand) {
  return createCpuBackend(line, demand);
}

}  // namespace unkick
