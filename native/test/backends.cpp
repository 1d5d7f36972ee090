// Defines what each back end leaves to the binary (weakly): which one an engine gets.
#include "backends.h"

#include <stdexcept>

#include "engine/backend.h"
#if defined(UNKICK_TEST_CPU)
#include "cpu/cpu_backend.h"
#endif
#if defined(UNKICK_TEST_CUDA)
#include "cuda/cuda_backend.h"
#include "cuda/device.h"
#include "cuda/launch.h"
#endif

namespace unkick {

namespace testing {

namespace {

std::string chosen;
Precision chosenPrecision = Precision::F64;
bool guarding = true;
Watcher watcher;

template <class Base>
class Watched final : public Base {
 public:
  template <class... Arguments>
  explicit Watched(Arguments&&... arguments) : Base(std::forward<Arguments>(arguments)...), watcher_(watcher) {}

  void run(const Step& step, Direction direction, bool kickFollows) override {
    watcher_("run " + std::to_string(step.index));
    Base::run(step, direction, kickFollows);
  }
  void adjointRun(const Step& step) override {
    watcher_("adjoint " + std::to_string(step.index));
    Base::adjointRun(step);
  }
  void download(void* host, const void* device, std::size_t bytes, int fence) override {
    watcher_("download");
    Base::download(host, device, bytes, fence);
  }
  void upload(void* device, const void* host, std::size_t bytes, int fence) override {
    watcher_("upload");
    Base::upload(device, host, bytes, fence);
  }

 private:
  Watcher watcher_;
};

template <class Base, class... Arguments>
std::unique_ptr<Backend> makeOne(Arguments&&... arguments) {
  if (watcher) return std::make_unique<Watched<Base>>(std::forward<Arguments>(arguments)...);
  return std::make_unique<Base>(std::forward<Arguments>(arguments)...);
}

template <template <class> class BackendOf, class... Arguments>
std::unique_ptr<Backend> make(Precision precision, Arguments&&... arguments) {
  if (precision == Precision::F32) return makeOne<BackendOf<F32>>(std::forward<Arguments>(arguments)...);
  return makeOne<BackendOf<F64>>(std::forward<Arguments>(arguments)...);
}

#if defined(UNKICK_TEST_CUDA)
// The plan that a CUDA back end works with here.
MemoryPlan cudaPlan(const Line& line, const Demand& demand) {
  const MemoryPlan plan = planCudaMemory(line, demand);
#if defined(UNKICK_EMULATION)
  constexpr std::size_t kGap = 4096;
  if (guarding) {
    MemoryPlan spread = plan;
    spread.regions.clear();
    spread.bytes = 0;
    std::vector<std::pair<std::size_t, std::size_t>> gaps;
    for (Region region : plan.regions) {
      if (!region.continues) gaps.emplace_back(spread.bytes, kGap);
      region.offset = spread.bytes + (region.continues ? 0 : kGap);
      spread.bytes = region.offset + region.bytes;
      spread.regions.push_back(region);
    }
    gaps.emplace_back(spread.bytes, kGap);
    spread.bytes += kGap;
    emulation::guardNextAllocation(gaps);
    return spread;
  }
#endif
  return plan;
}
#endif

}  // namespace

void guardArenas(bool on) { guarding = on; }

void watchBackends(Watcher to) { watcher = std::move(to); }

std::string deviceUnavailable() {
#if defined(UNKICK_TEST_CUDA)
  return cuda::unavailable();
#else
  return "";
#endif
}

std::vector<std::string> usableBackends() {
  std::vector<std::string> names;
#if defined(UNKICK_TEST_CPU)
  names.push_back("CPU");
#endif
#if defined(UNKICK_EMULATION)
  names.push_back("CUDA emulated");
#elif defined(UNKICK_TEST_CUDA)
  if (deviceUnavailable().empty()) names.push_back("CUDA");
#endif
  return names;
}

UseBackend::UseBackend(const std::string& name, Precision precision) : before_(chosen), precisionBefore_(chosenPrecision) {
  chosen = name;
  chosenPrecision = precision;
}
UseBackend::~UseBackend() {
  chosen = before_;
  chosenPrecision = precisionBefore_;
}

Precision usedPrecision() { return chosenPrecision; }
const char* precisionName(Precision precision) { return precision == Precision::F64 ? "f64" : "f32"; }

}  // namespace testing

MemoryPlan planMemory(const Line& line, const Demand& demand) {
  return testing::chosen == "CPU" ? planCpuMemory(line, demand) : planCudaMemory(line, demand);
}

std::unique_ptr<Backend> createBackend(const Line& line, const Demand& demand) {
#if defined(UNKICK_TEST_CPU)
  if (testing::chosen == "CPU") return testing::make<CpuBackend>(demand.precision, line, demand);
#endif
#if defined(UNKICK_TEST_CUDA)
  if (testing::chosen != "CPU") return testing::make<cuda::CudaBackend>(demand.precision, line, demand, testing::cudaPlan(line, demand));
#endif
  throw std::logic_error("this program was built without the back end '" + testing::chosen + "'");
}

std::string backendUnavailable() { return testing::deviceUnavailable(); }
std::string backendDetails() { return ""; }

}  // namespace unkick
