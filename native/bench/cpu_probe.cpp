#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "cpu/fft_plans.h"
#include "cpu/parallel.h"
#include "probe.h"

namespace unkick::bench {

namespace {

constexpr std::size_t kHugePage = std::size_t(1) << 21;
constexpr std::size_t kPiece = std::size_t(1) << 18;  // bytes of a copy that one thread does at a time

class CpuProbe final : public Probe {
 public:
  CpuProbe(const int* nodes, int threads, std::size_t bytes)
      : plans_(nodes),
        threads_(threads),
        fftThreads_(cpuFftThreads(threads, nodes)),
        half_(bytes / 2),
        buffer_(allocate(bytes)),
        planes_(allocate(sizeof(Complex) * fftThreads_ * cpuPlaneElements(nodes))),
        planeElements_(cpuPlaneElements(nodes)) {}

  void copy() override {
    const std::int64_t pieces = (half_ + kPiece - 1) / kPiece;
    parallelFor(threads_, pieces, [&](std::int64_t piece, int) {
      const std::size_t at = piece * kPiece;
      std::memcpy(buffer_.get() + half_ + at, buffer_.get() + at, std::min(kPiece, half_ - at));
    });
  }

  void forwardTransforms() override {
    overSlabs([&](Complex* rows) { plans_.forwardX(rows); });
    overPlanes([&](Complex* rows) { plans_.forwardY(rows); });
    overColumns([&](Complex* rows) { plans_.forwardZ(rows); });
  }

  void backwardTransforms() override {
    overColumns([&](Complex* rows) { plans_.backwardZ(rows); });
    overPlanes([&](Complex* rows) { plans_.backwardY(rows); });
    overSlabs([&](Complex* rows) { plans_.backwardX(rows); });
  }

  void cosineTransforms() override {
    for (int d = 0; d < 3; ++d) {
      const std::int64_t rows = std::int64_t(plans_.half[0]) * plans_.half[1] * plans_.half[2] / plans_.half[d];
      over(rows / FftPlans::kColumns, [&](Complex* work) { plans_.forwardPairs(d, FftPlans::kColumns / 2, work); });
    }
  }

 private:
  struct Free {
    void operator()(char* p) const { std::free(p); }
  };
  using Block = std::unique_ptr<char, Free>;
  static Block allocate(std::size_t bytes) {
    void* memory = nullptr;
    if (posix_memalign(&memory, kHugePage, bytes) != 0) throw std::bad_alloc();
#if defined(MADV_HUGEPAGE)
    madvise(memory, bytes, MADV_HUGEPAGE);  // as the arena has it
#endif
    std::memset(memory, 0, bytes);
    return Block(static_cast<char*>(memory));
  }

  template <class F>
  void over(std::int64_t pieces, F&& transform) {
    parallelFor(fftThreads_, pieces, [&](std::int64_t, int thread) {
      transform(reinterpret_cast<Complex*>(planes_.get()) + thread * planeElements_);
    });
  }
  template <class F>
  void overSlabs(F&& transform) { over(plans_.nodes[2], transform); }
  template <class F>
  void overPlanes(F&& transform) { over(plans_.half[0], transform); }
  template <class F>
  void overColumns(F&& transform) {
    over(plans_.half[0], [&](Complex* rows) {
      for (int y = 0; y < plans_.length[1]; y += FftPlans::kColumns) transform(rows);
    });
  }

  FftPlans plans_;
  int threads_, fftThreads_;
  std::size_t half_;
  Block buffer_, planes_;
  std::int64_t planeElements_;
};

}  // namespace

std::size_t freeDeviceBytes() { return 0; }

std::unique_ptr<Probe> makeProbe(const int* nodes, int threads, std::size_t bytes) {
  return std::make_unique<CpuProbe>(nodes, threads, bytes);
}

}  // namespace unkick::bench
