#include <algorithm>

#include "cuda/device_memory.h"
#include "cuda/fft_plans.h"
#include "probe.h"

namespace unkick::bench {

namespace {

using namespace cuda;

class CudaProbe final : public Probe {
 public:
  CudaProbe(const int* nodes, std::size_t bytes)
      : half_(bytes / 2),
        buffer_(bytes),
        spectrum_(gridSizes(nodes).spectrum * sizeof(ComplexOf<double>)),
        work_(workBytes(nodes)),
        plans_(nodes, {work_.base(), workBytes(nodes)}, stream_) {
    for (const auto& [memory, size] : {std::pair(&buffer_, bytes), std::pair(&spectrum_, gridSizes(nodes).spectrum * sizeof(ComplexOf<double>)),
                                       std::pair(&work_, workBytes(nodes))}) {
      clear(stream_, static_cast<char*>(memory->base()), static_cast<std::int64_t>(size));
    }
    stream_.wait();
  }

  void copy() override {
    char* front = static_cast<char*>(buffer_.base());
    cuda::copy(stream_, front + half_, front, static_cast<std::int64_t>(half_));
    stream_.wait();
  }

  void forwardTransforms() override {
    plans_.forwardX.realToComplex(rows());
    overGroups([&](ComplexOf<double>* planes) {
      plans_.alongY.forward(planes);
      plans_.alongZ.forward(planes);
    });
    stream_.wait();
  }

  void backwardTransforms() override {
    overGroups([&](ComplexOf<double>* planes) {
      plans_.alongZ.inverse(planes);
      plans_.alongY.inverse(planes);
    });
    plans_.backwardX.complexToReal(rows());
    stream_.wait();
  }

  void cosineTransforms() override {
    for (int d = 0; d < 3; ++d) {
      const std::int64_t all = std::int64_t(plans_.half[0]) * plans_.half[1] * plans_.half[2] / plans_.half[d];
      for (std::int64_t row = 0; row < all; row += plans_.cosineRows[d]) plans_.cosine(d).realToComplex(rows());
    }
    stream_.wait();
  }

 private:
  static std::size_t workBytes(const int* n) {
    return std::max(kCudaPlaneBuffers * cudaBufferBytes(n, Precision::F64), cudaWorkBytes(n, Precision::F64));
  }
  ComplexOf<double>* rows() { return static_cast<ComplexOf<double>*>(spectrum_.base()); }
  template <class F>
  void overGroups(F&& transform) {
    for (int plane = 0; plane < plans_.half[0]; plane += plans_.planes) transform(plans_.buffer(0));
  }

  std::size_t half_;
  DeviceMemory buffer_, spectrum_, work_;
  Stream stream_;
  FftPlans<double> plans_;
};

}  // namespace

std::unique_ptr<Probe> makeProbe(const int* nodes, int, std::size_t bytes) { return std::make_unique<CudaProbe>(nodes, bytes); }

}  // namespace unkick::bench
