// The emulation itself: that it finds what it is there to find. And what only it can tell about the kernels:
// that their results depend on no order of threads, that every one of them ran, and that cuFFT may ask for
// more work area than there is.
#if defined(UNKICK_EMULATION)

#include <cmath>

#include "backends.h"
#include "cases.h"
#include "cuda/launch.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

using emulation::Order;

// Orders of threads that a test runs in, and the one that the others do.
class UseOrder {
 public:
  explicit UseOrder(Order order, unsigned seed = 1) { emulation::setOrder(order, seed); }
  ~UseOrder() { emulation::setOrder(Order::Ascending); }
};

// --- kernels with a fault in them ---------------------------------------------------------------------------

// Thread t reads what thread t + 1 wrote.
__global__ void shift(double* out, bool barrier) {
  double* shared = cuda::sharedMemory();
  shared[threadIdx.x] = threadIdx.x;
  if (barrier) __syncthreads();
  if (threadIdx.x + 1 < blockDim.x) out[threadIdx.x] = shared[threadIdx.x + 1];
}

__global__ void halfOfABarrier() {
  if (threadIdx.x < 32) __syncthreads();
}

__global__ void twoBarriers() {
  if (threadIdx.x < 32) {
    __syncthreads();
  } else {
    __syncthreads();
  }
}

__global__ void halfOfAShuffle(double* out) {
  if (threadIdx.x < 16) out[threadIdx.x] = __shfl_down_sync(0xffffffffu, 1.0, 1);
}

__global__ void beyondShared() { cuda::sharedMemory()[blockDim.x] = 1; }

__global__ void uninitialised(double* out) { out[threadIdx.x] = cuda::sharedMemory()[threadIdx.x]; }

__global__ void nothing() {}

cuda::Shape shape(std::int64_t blocks, int threads, int sharedDoubles) { return {blocks, threads, sharedDoubles}; }

std::vector<double> shifted(Order order, bool barrier) {
  const UseOrder use(order);
  std::vector<double> out(63, -1);
  cuda::launch(nullptr, "shift", shape(1, 64, 64), shift, out.data(), barrier);
  return out;
}

void findsMissingBarrier() {
  const std::vector<double> right = shifted(Order::Ascending, true);
  for (int t = 0; t < 63; ++t) expect(right[t] == t + 1, "a barrier orders writes before reads");
  for (Order order : {Order::Descending, Order::Shuffled}) expect(sameBits(shifted(order, true), right), "in every order of threads");
  expect(!sameBits(shifted(Order::Ascending, false), right), "without it the result differs in ascending order");
  expect(std::isnan(shifted(Order::Ascending, false)[0]), "because shared memory holds no number before it is written");
}

void findsPartialBarriers() {
  double out[32];
  expectThrow<std::logic_error>([] { cuda::launch(nullptr, "half", shape(1, 64, 0), halfOfABarrier); }, "'half'");
  expectThrow<std::logic_error>([] { cuda::launch(nullptr, "two", shape(1, 64, 0), twoBarriers); }, "not reached by all");
  expectThrow<std::logic_error>([&] { cuda::launch(nullptr, "shuffle", shape(1, 32, 0), halfOfAShuffle, out); }, "shuffle");
  cuda::launch(nullptr, "nothing", shape(3, 64, 0), nothing);  // and goes on working
}

void findsBadLaunches() {
  double out[8];
  expectThrow<std::logic_error>([] { cuda::launch(nullptr, "none", shape(0, 64, 0), nothing); }, "blocks");
  expectThrow<std::logic_error>([] { cuda::launch(nullptr, "many", shape(1, 1025, 0), nothing); }, "threads");
  expectThrow<std::logic_error>([] { cuda::launch(nullptr, "shared", shape(1, 32, 30000), nothing); }, "shared memory");
  expectThrow<std::logic_error>([] { cuda::launch(nullptr, "beyond", shape(1, 32, 32), beyondShared); }, "'beyond' writes beyond");
  cuda::launch(nullptr, "unwritten", shape(1, 8, 8), uninitialised, out);
  expect(std::isnan(out[0]), "shared memory holds no number at first");
}

void findsBadCopies() {
  void* base = nullptr;
  const std::size_t before = emulation::allocatedBytes();
  cuda::check(cudaMalloc(&base, 100), "allocating");
  expect(emulation::allocatedBytes() == before + 100, "what is allocated is counted to the byte");
  char host[200] = {};
  expectThrow<BackendFailure>([&] { cuda::check(cudaMemcpyAsync(base, host, 101, cudaMemcpyHostToDevice, nullptr), "copying"); }, "copying");
  expect(std::isnan(*static_cast<double*>(base)), "memory that nobody wrote holds no number");
  cudaFree(base);
  expect(emulation::allocatedBytes() == before, "and nothing is left");
}

// --- the kernels --------------------------------------------------------------------------------------------

void orderOfThreads(const Case& c) {
  const Result ascending = gradientOf(c);
  const auto compare = [&](Order order, unsigned seed, const std::string& name) {
    const UseOrder use(order, seed);
    const std::string differs = differingBits(gradientOf(c), ascending);
    expect(differs.empty(), name + " order gives the same bits, not so in " + differs);
  };
  compare(Order::Descending, 1, "descending");
  compare(Order::Shuffled, 1, "shuffled");
  compare(Order::Shuffled, 2, "another shuffled");
}

void smallWorkArea(const Case& c) {
  const Result whole = gradientOf(c);
  emulation::setFftWorkFactor(9);  // far more than is planned for all rows at once
  Result pieces;
  try {
    pieces = gradientOf(c);
  } catch (...) {
    emulation::setFftWorkFactor(1);
    throw;
  }
  emulation::setFftWorkFactor(1e6);
  const auto tooLarge = [&] { gradientOf(c); };
  try {
    expectThrow<BackendFailure>(tooLarge, "work area");
  } catch (...) {
    emulation::setFftWorkFactor(1);
    throw;
  }
  emulation::setFftWorkFactor(1);
  expect(differingBits(pieces, whole).empty(), "transforms in pieces give the same bits");
}

void arenaToTheByte() {
  guardArenas(false);
  const std::size_t before = emulation::allocatedBytes();
  for (const Case& c : smallCases()) {
    const Engine engine(c.line(), demandOf(c, true), c.headroom);
    expect(emulation::allocatedBytes() - before == engine.memory().bytes, "predicted and allocated bytes agree");
  }
  guardArenas(true);
  expect(emulation::allocatedBytes() == before, "and nothing is left");
}

void hostMemory() {
  const Case c = smallCases()[0];
  Demand demand = demandOf(c, false);
  demand.hostSlots = {{0, std::size_t(1) << 33}};  // more than the emulated host has
  expectThrow<BackendFailure>([&] { Engine(c.line(), demand, c.headroom); }, "out of pinned host memory");
}

void regionsRespected() {
  for (const Case& c : smallCases()) {
    for (Strategy strategy : {Strategy::Invert, Strategy::Store, Strategy::Fields, Strategy::Tiers}) gradientOf(c, strategy);
  }
  expect(emulation::guardedBytesWritten() == 0, "nothing was written between the arena's regions");
}

// A grid with a row that fills the shared memory of a block alone.
Case longRows() {
  Case c = smallCases()[0];
  c.name = "on 4x5x1030";
  c.elements = {kickInSigmas(0.2, {4, 5, 1030}), drift(0.1)};
  return c;
}

void everyKernelRan() {
  const Case c = smallCases()[0];
  for (Strategy strategy : {Strategy::Invert, Strategy::Store, Strategy::Fields}) gradientOf(c, strategy);
  gradientOf(planeCases()[0]);
  State loaded, returned;
  roundTrip(c, loaded, returned);
  Demand demand = demandOf(c, true);
  demand.observations = 1;
  addSlot(demand.deviceSlots, 1 << 16);
  Engine engine(c.line(), demand, c.headroom);
  bindBeam(engine, c.beam);
  perform(engine, {{Op::Load, 0, 0}, {Op::Observe, 0, 0}, {Op::ClearAdjoint, 0, 0}, {Op::Inject, 0, 0}});
  perform(engine, {{Op::Forward, 0, 0}, {Op::Forward, 1, 0}, {Op::StoreField, 1, 0}, {Op::RecordField, 1, 0}});
  for (const char* kernel :
       {"run forward", "run inverse", "run reverse", "run adjoint", "combine", "mark losses", "hash state", "hash memory", "measure positions", "bound cotangents",
        "first moments", "second moments", "divide by charge", "apply cotangent", "add", "place grid", "report outside", "grid adjoint",
        "deposit", "sum corners", "kick", "scatter cotangents", "slopes adjoint", "fill nodes", "kick adjoint", "fill rows", "take rows",
        "planes along y", "multiply along z", "correlate along z", "planes back along y", "Green function", "cosine transform", "Green gradient", "deposit 2d",
        "sum 2d", "kick 2d", "scatter cotangents 2d", "fill ghosts", "fold ghosts", "kick adjoint 2d",
        "Green function 2d", "Green gradient 2d"}) {
    expect(emulation::launches(kernel) > 0, std::string("'") + kernel + "' was launched");
  }
}

}  // namespace

void emulationTests() {
  const UseBackend use("CUDA emulated");
  test("emulation: a missing barrier changes the result", findsMissingBarrier);
  test("emulation: a barrier that not all threads reach", findsPartialBarriers);
  test("emulation: launches that a device would refuse", findsBadLaunches);
  test("emulation: copies out of bounds", findsBadCopies);
  for (Precision precision : {Precision::F64, Precision::F32}) {
    const UseBackend both("CUDA emulated", precision);
    for (const Case& c : smallCases()) {
      test(std::string("emulation ") + precisionName(precision) + ": same bits in every order of threads: " + c.name, [&] { orderOfThreads(c); });
    }
    test(std::string("emulation ") + precisionName(precision) + ": same bits in every order of threads: " + longRows().name, [] { orderOfThreads(longRows()); });
    test(std::string("emulation ") + precisionName(precision) + ": no kernel leaves its regions", regionsRespected);
    test(std::string("emulation ") + precisionName(precision) + ": predicted and allocated bytes agree", arenaToTheByte);
  }
  test("emulation: a work area that is too small for cuFFT", [] { smallWorkArea(smallCases()[0]); });
  test("emulation: pinned memory that cannot be had", hostMemory);
  test("emulation: every kernel ran", everyKernelRan);
}

}  // namespace unkick::testing

#endif
