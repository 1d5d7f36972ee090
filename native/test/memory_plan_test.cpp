// The plan's promises, which are arithmetic and need no device.
#include <cmath>

#include "engine/memory_plan.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

Line kickLine(int nx, int ny, int nz) {
  Line line;
  line.reference = referenceOf(25e6, 510998.95069, 1);
  line.addKick({0.1, {3, 3, 3}, {nx, ny, nz}, true, true, true});
  return line;
}

// Bytes per cell of a plan beyond what particles take, in double precision, work areas of the transforms included.
double bytesPerCell(MemoryPlan planMemoryOf(const Line&, const Demand&), int nx, int ny, int nz, int threads = 1) {
  Demand demand;
  demand.particles = 100000;
  demand.differentiate = true;
  demand.energyBar = true;
  demand.threads = threads;
  const MemoryPlan plan = planMemoryOf(kickLine(nx, ny, nz), demand);
  const std::size_t grids = plan.accountBytes(Account::Field) + plan.accountBytes(Account::Green) + plan.accountBytes(Account::Fft);
  return static_cast<double>(grids) / (double(nx) * ny * nz);
}

void cells() {
  double worst = 0;
  for (int n : {32, 33, 48, 50, 64, 96, 100, 128, 192, 256, 512}) worst = std::fmax(worst, bytesPerCell(planCudaMemory, n, n, n));
  for (int n : {32, 64, 128}) {
    for (int m : {32, 64, 256}) worst = std::fmax(worst, std::fmax(bytesPerCell(planCudaMemory, n, n, m), std::fmax(bytesPerCell(planCudaMemory, n, m, m), bytesPerCell(planCudaMemory, m, n, n))));
  }
  expectWithin(worst, 160, "most bytes per cell on CUDA");
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

void regions() {
  Demand demand;
  demand.particles = 1001;
  demand.differentiate = true;
  demand.losses = true;
  demand.deviceSlots = {{0, stateSlotBytes(demand)}, {stateSlotBytes(demand), 32 * 32 * 32 * sizeof(double)}};
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
  expect(extentOf({}) == 0 && extentOf({{0, 64}, {16, 8}, {32, 16}}) == 64, "slots that overlap share their bytes");
}

}  // namespace

void memoryPlanTests() {
  test("memory plan: at most 160 B per cell", cells);
  test("memory plan: at most 80 B per cell on the CPU", cellsOnTheCpu);
  test("memory plan: at most 128 B per macroparticle", particles);
  test("memory plan: regions and accounts add up", regions);
  test("memory plan: bytes of snapshots", slots);
}

}  // namespace unkick::testing
