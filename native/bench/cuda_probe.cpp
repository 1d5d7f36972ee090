#include <algorithm>

#include "cuda/cosine_transform.h"
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
        octant_(gridSizes(nodes).octant * sizeof(double)),
        work_(workBytes(nodes)),
        plans_(nodes, work_.base(), stream_) {
    for (const auto& [memory, size] : {std::pair(&buffer_, bytes), std::pair(&spectrum_, gridSizes(nodes).spectrum * sizeof(ComplexOf<double>)),
                                       std::pair(&octant_, gridSizes(nodes).octant * sizeof(double)), std::pair(&work_, workBytes(nodes))}) {
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
    cosineTransform(stream_, plans_, static_cast<double*>(octant_.base()), rows());
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
  DeviceMemory buffer_, spectrum_, octant_, work_;
  Stream stream_;
  FftPlans<double> plans_;
};

}  // namespace

std::unique_ptr<Probe> makeProbe(const int* nodes, int, std::size_t bytes) { return std::make_unique<CudaProbe>(nodes, bytes); }

}  // namespace unkick::bench
