#include "memory_plan.h"

#include <algorithm>

#include "../physics/cloud_in_cell.h"

namespace unkick {

const char* accountName(Account account) {
  static const char* const names[kAccounts] = {"state", "charge", "adjoint", "field", "green", "fft", "tape", "reduction"};
  return names[static_cast<int>(account)];
}

std::size_t alignedBytes(std::size_t bytes) { return (bytes + kRegionAlignment - 1) / kRegionAlignment * kRegionAlignment; }

void MemoryPlan::add(RegionId id, Account account, std::size_t size, bool continues) {
  const std::size_t aligned = alignedBytes(size);
  if (aligned == 0) return;
  regions.push_back({id, account, bytes, aligned, continues});
  bytes += aligned;
}

const Region* MemoryPlan::find(RegionId id) const {
  for (const auto& [guest, host] : shares) {
    if (guest == id) return find(host);
  }
  const auto it = std::find_if(regions.begin(), regions.end(), [&](const Region& r) { return r.id == id; });
  return it == regions.end() ? nullptr : &*it;
}

std::size_t MemoryPlan::accountBytes(Account account) const {
  std::size_t sum = 0;
  for (const Region& region : regions) sum += region.account == account ? region.bytes : 0;
  return sum;
}

namespace {

// Slots are whole words, so that each begins where any number may lie.
std::size_t wholeWords(std::size_t bytes) { return (bytes + 7) / 8 * 8; }

}  // namespace

std::size_t stateSlotBytes(const Demand& demand) {
  const std::size_t perParticle = kCoordinates * coordinateBytes(demand.precision) + (demand.losses ? sizeof(std::int32_t) : 0);
  return wholeWords(demand.particles * perParticle);
}

std::size_t fieldSlotBytes(const Demand& demand, const KickSpec& kick) {
  return wholeWords(gridSizes(kick.nodes).nodes * realBytes(demand.precision));
}

std::size_t extentOf(const std::vector<SlotRange>& slots) {
  std::size_t end = 0;
  for (const SlotRange& slot : slots) end = std::max(end, slot.offset + slot.bytes);
  return end;
}

std::int64_t chunkSize(std::int64_t particles) {
  const std::int64_t size = std::max(kSmallestChunk, (particles + kMostChunks - 1) / kMostChunks);
  return (size + kPack - 1) / kPack * kPack;
}

std::int64_t chunkCount(std::int64_t particles) {
  const std::int64_t size = chunkSize(particles);
  return (particles + size - 1) / size;
}

int convolutionLength(int n) {
  if (n == 1) return 1;
  for (int m = 2 * n - 1;; ++m) {
    if (m % 2 != 0) continue;
    int rest = m;
    for (int factor : {2, 3, 5, 7}) {
      while (rest % factor == 0) rest /= factor;
    }
    if (rest == 1) return m;
  }
}

GridSizes gridSizes(const int* n) {
  GridSizes s;
  const std::int64_t m[3] = {convolutionLength(n[0]) / 2 + 1, convolutionLength(n[1]) / 2 + 1, convolutionLength(n[2]) / 2 + 1};
  s.nodes = std::int64_t(n[0]) * n[1] * n[2];
  s.octant = m[0] * m[1] * m[2];
  s.spectrum = std::int64_t(n[2]) * n[1] * m[0];
  return s;
}

namespace {

// The largest of every grid over the line's kicks; a smaller kick uses the front of it.
struct Largest {
  GridSizes grid = {0, 0, 0};
  bool anyKick = false;
  bool greenBar = false;
};

Largest largestGrids(const Line& line, const Demand& demand) {
  Largest most;
  for (const Step& step : line.steps) {
    if (!step.isKick()) continue;
    const GridSizes s = gridSizes(step.kick.nodes);
    most.anyKick = true;
    most.greenBar = most.greenBar || needsGreenBar(step.kick, demand);
    most.grid.nodes = std::max(most.grid.nodes, s.nodes);
    most.grid.octant = std::max(most.grid.octant, s.octant);
    most.grid.spectrum = std::max(most.grid.spectrum, s.spectrum);
  }
  return most;
}

constexpr std::size_t kReal = sizeof(double);

void addParticles(MemoryPlan& plan, const Demand& demand) {
  const std::size_t stride = particleStride(demand.particles), real = realBytes(demand.precision);
  plan.add(RegionId::Coordinates, Account::State, kCoordinates * stride * coordinateBytes(demand.precision));
  if (demand.losses) plan.add(RegionId::Lost, Account::State, stride * sizeof(std::int32_t));
  plan.add(RegionId::Charges, Account::Charge, stride * kReal);
  if (!demand.differentiate) return;
  plan.add(RegionId::Adjoint, Account::Adjoint, kCoordinates * stride * real);
  plan.add(RegionId::ChargesBar, Account::Adjoint, stride * real);
}

// The Green function's cotangent takes the place of the potential's, which has been read by then. Spectrum, SpectrumBar,
// FftWork and NodeWork lie one after the other: while nothing is transformed, they hold what macroparticles scatter into and
// gather from.
// fftWork: bytes.
void addGrids(MemoryPlan& plan, const Demand& demand, const Largest& most, std::size_t fftWork) {
  const std::size_t real = realBytes(demand.precision);
  const std::size_t nodes = most.grid.nodes, octant = most.grid.octant * real;
  const bool greenBar = demand.differentiate && most.greenBar;
  plan.add(RegionId::Potential, Account::Field, nodes * real);
  if (demand.differentiate) plan.add(RegionId::PotentialBar, Account::Field, greenBar ? std::max(nodes * real, octant) : nodes * real);
  if (greenBar) plan.share(RegionId::GreenBar, RegionId::PotentialBar);
  plan.add(RegionId::Green, Account::Green, octant);

  const std::size_t before = plan.bytes;
  plan.add(RegionId::Spectrum, Account::Fft, most.grid.spectrum * 2 * real);
  if (greenBar) plan.add(RegionId::SpectrumBar, Account::Fft, most.grid.spectrum * 2 * real, true);
  plan.add(RegionId::FftWork, Account::Fft, fftWork, true);
  const std::size_t scattered = (demand.differentiate ? scatterLanes(demand.precision) : 1) * sizeof(std::int64_t);
  const std::size_t needed = nodes * std::max(kNodeLanes * real, scattered), there = plan.bytes - before;
  if (needed > there) plan.add(RegionId::NodeWork, Account::Fft, needed - there, true);
  plan.add(RegionId::ChargeGrid, Account::Field, nodes * real, true);
}

// sharesHostMemory: as of the back end.
void addTape(MemoryPlan& plan, const Demand& demand, bool sharesHostMemory) {
  plan.add(RegionId::Slots, Account::Tape, extentOf(demand.deviceSlots));
  plan.host.snapshots = extentOf(demand.hostSlots);
  for (std::int64_t size : demand.diskSlots) {
    plan.disk += size;
    if (!sharesHostMemory) plan.host.staging = std::max<std::size_t>(plan.host.staging, size);
  }
}

// Raw sums, observations and kick reports.
std::size_t resultBytes(const Line& line, const Demand& demand) {
  return (line.sums + demand.observations * kObservation) * kReal + line.kicks * sizeof(KickReport);
}

void addCpuReduction(MemoryPlan& plan, const Line& line, const Demand& demand) {
  const int sums = std::max({demand.differentiate ? line.mostSumsInRun() : 0, kKickSums, kObservation});
  const int perChunk = sums + static_cast<int>(sizeof(PositionMoments) / kReal) + 3;
  plan.add(RegionId::Partials, Account::Reduction, chunkCount(demand.particles) * perChunk * kReal);
  plan.add(RegionId::Results, Account::Reduction, resultBytes(line, demand));
}

// Beside the results lie the scalars of the sweep and the line's maps, uploaded once.
void addCudaReduction(MemoryPlan& plan, const Line& line, const Demand& demand) {
  plan.add(RegionId::Partials, Account::Reduction, chunkCount(demand.particles) * kCudaPartials * kReal);
  plan.add(RegionId::Results, Account::Reduction,
           kCudaScalarBytes + line.maps.size() * sizeof(LocalMap) + resultBytes(line, demand));
}

}  // namespace

int cpuFftThreads(int threads, const int* n) {
  return std::max(1, std::min(threads, (convolutionLength(n[0]) / 2 + 1) / 2));
}

std::int64_t cpuPlaneElements(const int* n) {
  const std::int64_t length[3] = {convolutionLength(n[0]), convolutionLength(n[1]), convolutionLength(n[2])};
  const std::int64_t rowsX = (n[1] + 1) / 2 * (length[0] + 4) + n[0];
  // One plane of padded rows and eight columns, twice, for the two fields that the adjoint transforms; or a
  // slab of rows along x in pairs, and one pair as it comes and goes; or four rows of a cosine transform.
  const std::int64_t planes = 2 * (n[2] * length[1] + 8 * (length[2] + 4));
  const std::int64_t cosine = 4 * std::max({length[0], length[1], length[2]});
  const std::int64_t most = std::max({planes, rowsX, cosine});
  return (most + 3) / 4 * 4;  // whole cache lines per thread
}

MemoryPlan planCpuMemory(const Line& line, const Demand& demand) {
  const Largest most = largestGrids(line, demand);
  std::int64_t planes = 0;
  for (const Step& step : line.steps) {
    if (!step.isKick()) continue;
    const int* n = step.kick.nodes;
    planes = std::max(planes, cpuFftThreads(demand.threads, n) * cpuPlaneElements(n));
  }
  MemoryPlan plan;
  addParticles(plan, demand);
  // Planes are transformed in double precision on the CPU: only what lies between the passes is narrower.
  if (most.anyKick) addGrids(plan, demand, most, planes * 2 * kReal);
  addTape(plan, demand, true);
  addCpuReduction(plan, line, demand);
  return plan;
}

namespace {

// Of one plane of two fields, padded along y.
std::size_t cudaPlaneBytes(const int* n, Precision precision) {
  return 2 * std::size_t(convolutionLength(n[1])) * n[2] * 2 * realBytes(precision);
}

}  // namespace

int cudaPlaneBatch(const int* n, Precision precision) {
  // What a gradient's grids leave of 80 B per cell, or 44, and the charge's place, which is free once rows are made of it.
  const GridSizes s = gridSizes(n);
  const std::int64_t real = realBytes(precision), perCell = precision == Precision::F64 ? 80 : 44;
  const std::int64_t grids = (s.nodes + 2 * std::max(s.nodes, s.octant) + 4 * s.spectrum) * real;
  const std::int64_t room = s.nodes * perCell - grids - 8 * static_cast<std::int64_t>(kRegionAlignment);
  const std::int64_t planes = s.spectrum / (std::int64_t(n[1]) * n[2]);
  const std::int64_t most = std::clamp<std::int64_t>(room / cudaPlaneBytes(n, precision), 1, planes);
  const std::int64_t groups = (planes + most - 1) / most;
  return static_cast<int>((planes + groups - 1) / groups);
}

std::size_t cudaBufferBytes(const int* n, Precision precision) {
  return alignedBytes(cudaPlaneBatch(n, precision) * cudaPlaneBytes(n, precision));
}

std::size_t cudaWorkBytes(const int* n, Precision precision) {
  // Of a small plane, buffers are less than what cuFFT may want for some rows along x.
  constexpr std::size_t kRows = 16;
  const std::size_t row = convolutionLength(n[0]) * 2 * realBytes(precision);
  const std::size_t buffers = cudaBufferBytes(n, precision), charge = gridSizes(n).nodes * realBytes(precision);
  return alignedBytes(std::max(kRows * row, buffers > charge ? buffers - charge : 0));
}

MemoryPlan planCudaMemory(const Line& line, const Demand& demand) {
  std::size_t work = 0;
  for (const Step& step : line.steps) {
    if (step.isKick()) work = std::max(work, cudaWorkBytes(step.kick.nodes, demand.precision));
  }
  const Largest most = largestGrids(line, demand);
  MemoryPlan plan;
  addParticles(plan, demand);
  if (most.anyKick) addGrids(plan, demand, most, work);
  addTape(plan, demand, false);
  addCudaReduction(plan, line, demand);
  return plan;
}

}  // namespace unkick
