// The plan's promises, which are arithmetic and need no device.
#include <cmath>

#include "backends.h"
#include "engine/memory_plan.h"
#include "maps.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

Line kickLine(int nx, int ny, int nz) {
  Line line;
  line.addKick({0.1, {3, 3, 3}, {nx, ny, nz}, true, true, true, electronReference()});
  return line;
}

// Bytes per cell of a plan beyond what particles take, work areas of the transforms included.
double bytesPerCell(MemoryPlan planMemoryOf(const Line&, const Demand&), int nx, int ny, int nz, int threads = 1,
                    Precision precision = Precision::F64) {
  Demand demand;
  demand.precision = precision;
  demand.particles = 100000;
  demand.differentiate = true;
  demand.energyBar = true;
  demand.threads = threads;
  const MemoryPlan plan = planMemoryOf(kickLine(nx, ny, nz), demand);
  const std::size_t grids = plan.accountBytes(Account::Field) + plan.accountBytes(Account::Green) + plan.accountBytes(Account::Fft);
  return static_cast<double>(grids) / (double(nx) * ny * nz);
}

void cellsOnAGpu() {
  double worst = 0, narrow = 0, compact = 0;
  for (int n : {32, 33, 48, 50, 64, 96, 100, 128, 192, 256, 384, 512}) {
    worst = std::fmax(worst, bytesPerCell(planCudaMemory, n, n, n));
    compact = std::fmax(compact, bytesPerCell(planCudaMemory, n, n, n, 1, Precision::F32));
  }
  expectWithin(worst, 80, "most bytes per cell");
  expectWithin(compact, 44, "most bytes per cell in f32");
  for (int n : {32, 64, 128}) {
    for (int m : {32, 64, 256}) {
      for (double cells : {bytesPerCell(planCudaMemory, n, n, m), bytesPerCell(planCudaMemory, n, m, m), bytesPerCell(planCudaMemory, m, n, n)}) {
        narrow = std::fmax(narrow, cells);
      }
    }
  }
  expectWithin(narrow, 80, "where the sides differ");
}

void cellsOnTheCpu() {
  double worst = 0;
  for (int n = 32; n <= 128; ++n) worst = std::fmax(worst, bytesPerCell(planCpuMemory, n, n, n, 2));
  for (int n : {192, 200, 256, 384, 512}) worst = std::fmax(worst, bytesPerCell(planCpuMemory, n, n, n, 2));
  expectWithin(worst, 80, "most bytes per cell on two threads");
}

void particles() {
  Demand demand;
  demand.particles = 1000000;
  demand.differentiate = true;
  const MemoryPlan plan = planCudaMemory(kickLine(32, 32, 32), demand);
  const std::size_t bytes = plan.accountBytes(Account::State) + plan.accountBytes(Account::Charge) + plan.accountBytes(Account::Adjoint) +
                            plan.accountBytes(Account::Reduction);
  expectWithin(static_cast<double>(bytes) / demand.particles, 128, "bytes per macroparticle on CUDA");
}

// With two threads, everything that is held for a gradient by all parameters while the tape keeps nothing.
void compactArena() {
  Demand demand;
  demand.precision = Precision::F32;
  demand.particles = 1000000;
  demand.differentiate = demand.energyBar = true;
  demand.threads = 2;
  double worst = 0;
  for (int n : {64, 128, 256}) {
    const double arena = static_cast<double>(planCpuMemory(kickLine(n, n, n), demand).bytes);
    worst = std::fmax(worst, (arena - 60.0 * demand.particles) / (double(n) * n * n));
  }
  expectWithin(worst, 44, "bytes per cell beside 60 B per macroparticle");
  // Of so small a grid, partial sums take as much by the cell.
  worst = std::fmax(worst, bytesPerCell(planCpuMemory, 32, 32, 32, 2, Precision::F32));
  expectWithin(worst, 44, "and without sums on 32 nodes");
}

void sharedRegion() {
  Demand demand;
  demand.precision = Precision::F32;
  demand.particles = 1000;
  demand.differentiate = demand.energyBar = true;
  for (int n : {4, 32}) {
    const GridSizes s = gridSizes(kickLine(n, n, n).steps[0].kick.nodes);
    for (const MemoryPlan& plan : {planCpuMemory(kickLine(n, n, n), demand), planCudaMemory(kickLine(n, n, n), demand)}) {
      const Region* green = plan.find(RegionId::GreenBar);
      expect(green && green == plan.find(RegionId::PotentialBar), "the Green function's cotangent lies in the potential's place");
      expect(green->bytes >= s.octant * sizeof(float) && green->bytes >= s.nodes * sizeof(float), "which has room for either");
    }
  }
}

// Planes of two fields reach from FftWork into the charge's place, whatever other kicks are in the line.
void planeBuffers(Precision precision) {
  Demand demand;
  demand.precision = precision;
  demand.particles = 1000;
  for (bool differentiate : {false, true}) {
    demand.differentiate = differentiate;
    Line line = kickLine(40, 6, 5);
    line.addKick({0.1, {3, 3, 3}, {5, 33, 7}, true, true, true, electronReference()});
    line.addKick({0.1, {3, 3, 3}, {16, 16, 16}, true, true, true, electronReference()});
    const MemoryPlan plan = planCudaMemory(line, demand);
    const Region &work = *plan.find(RegionId::FftWork), &charge = *plan.find(RegionId::ChargeGrid);
    expect(charge.continues && charge.offset >= work.offset + work.bytes, "the charge lies behind the work area");
    for (const Step& step : line.steps) {
      const int* n = step.kick.nodes;
      const std::size_t buffers = cudaBufferBytes(n, precision);
      expect(charge.offset + charge.bytes - work.offset >= buffers, "and all buffers fit in both");
    }
  }
}

// What macroparticles scatter into and gather from, in the memory of the transforms.
void checkNodeMemory(const MemoryPlan& plan, int n, Precision precision, int lanes) {
  std::size_t there = 0, end = 0;
  for (RegionId id : {RegionId::Spectrum, RegionId::SpectrumBar, RegionId::FftWork, RegionId::NodeWork}) {
    const Region* region = plan.find(id);
    if (!region) continue;
    expect(there == 0 || (region->continues && region->offset == end), "one after the other");
    there += region->bytes;
    end = region->offset + region->bytes;
  }
  const std::size_t nodes = std::size_t(n) * n * n;
  expect(there >= nodes * kNodeLanes * realBytes(precision), "what is gathered has room");
  expect(there >= nodes * sizeof(std::int64_t) * lanes, "and so has what is scattered");
}

void nodeMemory(Precision precision) {
  Demand demand;
  demand.precision = precision;
  demand.particles = 1000;
  for (bool differentiate : {false, true}) {
    for (bool energyBar : {false, true}) {
      demand.differentiate = differentiate;
      demand.energyBar = energyBar;
      for (int n : {4, 32, 33}) {
        Line line = kickLine(n, n, n);
        line.steps[0].kick.differentiateGrid = false;
        checkNodeMemory(planCpuMemory(line, demand), n, precision, differentiate ? scatterLanes(precision) : 1);
        checkNodeMemory(planCudaMemory(line, demand), n, precision, scatterLanes(precision));
      }
    }
  }
}

void regions(Precision precision) {
  Demand demand;
  demand.precision = precision;
  demand.particles = 1001;
  demand.differentiate = true;
  demand.losses = true;
  demand.deviceSlots = {{0, stateSlotBytes(demand)}, {stateSlotBytes(demand), fieldSlotBytes(demand, kickLine(32, 32, 32).steps[0].kick)}};
  demand.observations = 3;
  for (const MemoryPlan& plan : {planCpuMemory(kickLine(32, 32, 32), demand), planCudaMemory(kickLine(32, 32, 32), demand)}) {
    std::size_t end = 0, byAccount = 0;
    for (const Region& region : plan.regions) {
      expect(region.offset == end && region.offset % kRegionAlignment == 0, "regions follow one another, aligned");
      end = region.offset + region.bytes;
    }
    for (int account = 0; account < kAccounts; ++account) byAccount += plan.accountBytes(static_cast<Account>(account));
    expect(end == plan.bytes && byAccount == plan.bytes, "regions and accounts add up to the whole");
    const Region* slots = plan.find(RegionId::Slots);
    expect(slots && slots->bytes >= extentOf(demand.deviceSlots) && slots->bytes < extentOf(demand.deviceSlots) + kRegionAlignment,
           "snapshots have the room that they were planned with");
    expect(plan.find(RegionId::Lost) != nullptr, "and every particle a place for what took it");
  }
}

void slots() {
  Demand demand;
  demand.particles = 1001;
  expect(stateSlotBytes(demand) == 1001 * 48, "a state has six numbers for each particle");
  demand.losses = true;
  expect(stateSlotBytes(demand) == 1001 * 48 + 1002 * 4, "and one of four bytes, in whole words, where some may be lost");
  demand.precision = Precision::F32;
  expect(stateSlotBytes(demand) == 1001 * 24 + 1001 * 4 + 4, "half of that as 32-bit integers");
  const KickSpec kick = kickLine(5, 5, 5).steps[0].kick;
  expect(fieldSlotBytes(demand, kick) == 126 * 4 && fieldSlotBytes(Demand(), kick) == 125 * 8, "a potential has one number for each node");
  expect(extentOf({}) == 0 && extentOf({{0, 64}, {16, 8}, {32, 16}}) == 64, "slots that overlap share their bytes");
}

}  // namespace

void memoryPlanTests() {
  test("memory plan: at most 80 B per cell on a GPU, and 44 in f32", cellsOnAGpu);
  test("memory plan: at most 80 B per cell on the CPU", cellsOnTheCpu);
  test("memory plan: at most 128 B per macroparticle", particles);
  test("memory plan: f32 takes at most 60 B per macroparticle and 44 B per cell", compactArena);
  test("memory plan: shared memory", sharedRegion);
  for (Precision precision : {Precision::F64, Precision::F32}) {
    test(std::string("memory plan: regions and accounts add up, ") + precisionName(precision), [&] { regions(precision); });
    test(std::string("memory plan: buffers of planes, ") + precisionName(precision), [&] { planeBuffers(precision); });
    test(std::string("memory plan: nodes in the memory of the transforms, ") + precisionName(precision), [&] { nodeMemory(precision); });
  }
  test("memory plan: bytes of snapshots", slots);
}

}  // namespace unkick::testing
