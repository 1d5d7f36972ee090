#include "launch.h"

#include <algorithm>
#include <mutex>
#include <numeric>
#include <random>
#include <stdexcept>
#include <vector>

#include "fiber.h"
#include "include/cuda_runtime.h"

dim3 threadIdx, blockIdx, blockDim, gridDim;

namespace unkick::cuda {
constexpr std::size_t kSharedBytes = 163 * 1024;  // of a block, compute capability 8.0
constexpr std::size_t kGuardBytes = 1024;
alignas(64) double blockMemory[(kSharedBytes + kGuardBytes) / sizeof(double)];
}  // namespace unkick::cuda

namespace unkick::emulation {

namespace {

constexpr int kWarp = 32;
constexpr int kMostThreads = 1024;
constexpr unsigned char kUnwritten = 0xff;
constexpr std::int64_t kMostBlocks = (std::int64_t(1) << 31) - 1;

struct Site {
  const char* file = nullptr;
  int line = 0;
  bool operator==(const Site& other) const { return file == other.file && line == other.line; }
};

enum class State { Fresh, AtBarrier, InShuffle, Released, Ended };

struct Thread {
  State state = State::Fresh;
  Site site;           // of the barrier that it waits at
  double shuffled[2];  // values given to its last two shuffles, the even and the odd ones
  unsigned shuffles = 0;
  unsigned fiber;      // whose stack it is on

  bool able() const { return state == State::Fresh || state == State::Released; }
  bool ended() const { return state == State::Ended; }
};

// One kernel at a time, from whatever thread of the process it is launched.
class Launcher {
 public:
  std::mutex mutex;
  Order order = Order::Ascending;
  unsigned seed = 1;
  std::map<std::string, std::int64_t> counts;
  std::map<std::string, std::size_t> shared;  // bytes

  void run(const char* kernel, std::int64_t blocks, int threads, std::size_t sharedBytes, const std::function<void()>& body);
  void syncBlock(const Site& site);
  double shuffleDown(double value, unsigned offset);

 private:
  void runBlock();
  int nextWarp();
  void runWarp(int warp);
  void work();
  void enter(int thread);
  void suspend(State state);
  bool open(int begin, int end, State state);
  std::vector<int> ordered(std::vector<int> numbers);
  [[noreturn]] void stuck();

  const char* kernel_ = nullptr;
  const std::function<void()>* body_ = nullptr;
  int threads_ = 0;
  std::size_t sharedBytes_ = 0;
  std::mt19937 random_;

  std::vector<Thread> threadStates_;
  std::vector<int> fresh_;  // threads of the warp that have not begun, last first
  int current_ = -1;
  FiberPool fibers_{[this] { work(); }};
};

Launcher& launcher() {
  static Launcher launcher;
  return launcher;
}

void Launcher::run(const char* kernel, std::int64_t blocks, int threads, std::size_t sharedBytes, const std::function<void()>& body) {
  const auto refuse = [&](const char* why) { throw std::logic_error(std::string("kernel '") + kernel + "': " + why); };
  if (blocks < 1 || blocks > kMostBlocks) refuse("the number of blocks is out of bounds");
  if (threads < 1 || threads > kMostThreads) refuse("the number of threads in a block is out of bounds");
  if (sharedBytes > cuda::kSharedBytes) refuse("more shared memory than a block has");
  kernel_ = kernel;
  body_ = &body;
  threads_ = threads;
  sharedBytes_ = sharedBytes;
  random_.seed(seed);
  ++counts[kernel];
  shared[kernel] = std::max(shared[kernel], sharedBytes);
  gridDim = {static_cast<unsigned>(blocks), 1, 1};
  blockDim = {static_cast<unsigned>(threads), 1, 1};
  std::vector<std::int64_t> blockOrder(blocks);
  std::iota(blockOrder.begin(), blockOrder.end(), 0);
  if (order == Order::Descending) std::reverse(blockOrder.begin(), blockOrder.end());
  if (order == Order::Shuffled) std::shuffle(blockOrder.begin(), blockOrder.end(), random_);
  for (std::int64_t block : blockOrder) {
    blockIdx = {static_cast<unsigned>(block), 0, 0};
    runBlock();
  }
}

std::vector<int> Launcher::ordered(std::vector<int> numbers) {
  if (order == Order::Descending) std::reverse(numbers.begin(), numbers.end());
  if (order == Order::Shuffled) std::shuffle(numbers.begin(), numbers.end(), random_);
  return numbers;
}

void Launcher::runBlock() {
  // A NaN, and no sensible integer, in what no thread of this block has written, nor may write.
  std::memset(cuda::blockMemory, kUnwritten, sharedBytes_ + cuda::kGuardBytes);
  threadStates_.assign(threads_, Thread());
  for (int warp = nextWarp(); warp >= 0; warp = nextWarp()) runWarp(warp);
  const bool ended = std::all_of(threadStates_.begin(), threadStates_.end(), [](const Thread& t) { return t.ended(); });
  if (!ended) stuck();
  const unsigned char* guard = reinterpret_cast<const unsigned char*>(cuda::blockMemory) + sharedBytes_;
  if (std::any_of(guard, guard + cuda::kGuardBytes, [](unsigned char byte) { return byte != kUnwritten; })) {
    throw std::logic_error(std::string("kernel '") + kernel_ + "' writes beyond its shared memory");
  }
}

// The first warp in the chosen order that can go on, or -1. Where none can, the block's barrier opens if
// all have reached it.
int Launcher::nextWarp() {
  std::vector<int> able;
  for (int attempt = 0; attempt < 2 && able.empty(); ++attempt) {
    if (attempt == 1 && !open(0, threads_, State::AtBarrier)) break;
    for (int begin = 0; begin < threads_; begin += kWarp) {
      const auto first = threadStates_.begin() + begin, last = threadStates_.begin() + std::min(begin + kWarp, threads_);
      if (std::any_of(first, last, [](const Thread& t) { return t.able(); })) able.push_back(begin / kWarp);
    }
  }
  return able.empty() ? -1 : ordered(able).front();
}

// All threads of a warp that can go on, each until it ends or waits; then its shuffle opens if it is complete.
void Launcher::runWarp(int warp) {
  const int begin = warp * kWarp, end = std::min(begin + kWarp, threads_);
  std::vector<int> fresh, waiting;
  for (int t = begin; t < end; ++t) {
    if (threadStates_[t].state == State::Fresh) fresh.push_back(t);
    if (threadStates_[t].state == State::Released) waiting.push_back(t);
  }
  fresh_ = ordered(fresh);
  std::reverse(fresh_.begin(), fresh_.end());
  // A fiber works through threads until one of them waits; only then is another fiber needed.
  while (!fresh_.empty()) fibers_.resume(fibers_.idle());
  for (int thread : ordered(waiting)) fibers_.resume(threadStates_[thread].fiber);
  open(begin, end, State::InShuffle);
}

void Launcher::work() {
  while (!fresh_.empty()) {
    const int thread = fresh_.back();
    fresh_.pop_back();
    threadStates_[thread].fiber = fibers_.current();
    enter(thread);
    (*body_)();
    threadStates_[current_].state = State::Ended;
  }
}

// Lets threads go on if all of them wait in the same way at the same place.
bool Launcher::open(int begin, int end, State state) {
  for (int t = begin; t < end; ++t) {
    if (threadStates_[t].state != state || !(threadStates_[t].site == threadStates_[begin].site)) return false;
  }
  for (int t = begin; t < end; ++t) threadStates_[t].state = State::Released;
  return true;
}

void Launcher::enter(int thread) {
  current_ = thread;
  threadIdx = {static_cast<unsigned>(thread), 0, 0};
}

void Launcher::suspend(State state) {
  const int thread = current_;
  threadStates_[thread].state = state;
  fibers_.yield();
  enter(thread);
}

void Launcher::stuck() {
  std::string what = std::string("kernel '") + kernel_ + "', block " + std::to_string(blockIdx.x) +
                     ": a barrier or shuffle was not reached by all threads:";
  int shown = 0;
  for (int t = 0; t < threads_ && shown < 4; ++t) {
    const Thread& thread = threadStates_[t];
    if (t > 0 && thread.state == threadStates_[t - 1].state && thread.site == threadStates_[t - 1].site) continue;
    ++shown;
    what += " thread " + std::to_string(t);
    what += thread.ended() ? " has ended" : thread.state == State::InShuffle ? " waits in a shuffle" : " waits";
    if (thread.state == State::AtBarrier) what += std::string(" at ") + thread.site.file + ":" + std::to_string(thread.site.line);
    what += ";";
  }
  fibers_.abandon();
  throw std::logic_error(what);
}

void Launcher::syncBlock(const Site& site) {
  threadStates_[current_].site = site;
  suspend(State::AtBarrier);
}

double Launcher::shuffleDown(double value, unsigned offset) {
  const int thread = current_, lane = thread % kWarp;
  threadStates_[thread].site = {};
  // Two places in turn: when one is written again, the whole warp has been through the other.
  const unsigned place = threadStates_[thread].shuffles++ % 2;
  threadStates_[thread].shuffled[place] = value;
  suspend(State::InShuffle);
  // Beyond the warp a shuffle gives back a lane's own value.
  return lane + static_cast<int>(offset) < kWarp ? threadStates_[thread + offset].shuffled[place] : value;
}

}  // namespace

void setOrder(Order order, unsigned seed) {
  const std::lock_guard<std::mutex> lock(launcher().mutex);
  launcher().order = order;
  launcher().seed = seed;
}

void launch(const char* kernel, std::int64_t blocks, int threads, std::size_t sharedBytes, const std::function<void()>& body) {
  const std::lock_guard<std::mutex> lock(launcher().mutex);
  launcher().run(kernel, blocks, threads, sharedBytes, body);
}

void syncBlock(const char* file, int line) { launcher().syncBlock({file, line}); }

double shuffleDown(unsigned mask, double value, unsigned offset) {
  if (mask != 0xffffffffu) throw std::logic_error("the emulation shuffles whole warps only");
  return launcher().shuffleDown(value, offset);
}

std::map<std::string, std::int64_t> launches() {
  const std::lock_guard<std::mutex> lock(launcher().mutex);
  return launcher().counts;
}

std::map<std::string, std::size_t> sharedMemory() {
  const std::lock_guard<std::mutex> lock(launcher().mutex);
  return launcher().shared;
}

void countRequest(const char* what) {
  const std::lock_guard<std::mutex> lock(launcher().mutex);
  ++launcher().counts[what];
}

std::int64_t launches(const std::string& kernel) {
  const std::lock_guard<std::mutex> lock(launcher().mutex);
  const auto found = launcher().counts.find(kernel);
  return found == launcher().counts.end() ? 0 : found->second;
}

}  // namespace unkick::emulation
