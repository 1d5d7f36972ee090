#include <algorithm>

#include "cuda/cosine_transform.h"
#include "cuda/device_memory.h"
#include "cuda/cosine_transform.h"
#include "cuda/plane_transforms.h"
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
    clearAll(buffer_, bytes);
    clearAll(spectrum_, gridSizes(nodes).spectrum * sizeof(ComplexOf<double>));
    clearAll(octant_, gridSizes(nodes).octant * sizeof(double));
    clearAll(work_, workBytes(nodes));
    stream_.wait();
  }

  void copy() override {
    char* front = static_cast<char*>(buffer_.base());
    cuda::copy(stream_, front + half_, front, static_cast<std::int64_t>(half_));
    stream_.wait();
  }

  // Both directions along z, which are one pass over the planes.
  void forwardTransforms() override {
    plans_.forwardX.realToComplex(spectrum());
    overGroups([&](const PlaneGroup& group) {
      alongY(stream_, group, fields());
      multiplyAlongZ(stream_, group, octant(), plans_.buffers);
    });
    stream_.wait();
  }

  void backwardTransforms() override {
    overGroups([&](const PlaneGroup& group) { alongYBack(stream_, group, fields()); });
    plans_.backwardX.complexToReal(spectrum());
    stream_.wait();
  }

  void cosineTransforms() override {
    cosineTransform(stream_, plans_, octant());
    stream_.wait();
  }

 private:
  static std::size_t workBytes(const int* n) { return std::max(cudaBufferBytes(n, Precision::F64), cudaWorkBytes(n, Precision::F64)); }
  void clearAll(const DeviceMemory& memory, std::size_t bytes) {
    clear(stream_, static_cast<char*>(memory.base()), static_cast<std::int64_t>(bytes));
  }
  ComplexOf<double>* spectrum() { return static_cast<ComplexOf<double>*>(spectrum_.base()); }
  double* octant() { return static_cast<double*>(octant_.base()); }
  PlaneFields<double> fields() { return {{{spectrum(), plans_.buffers}}, 1}; }
  template <class F>
  void overGroups(F&& transform) {
    for (int plane = 0; plane < plans_.half[0]; plane += 2 * plans_.planes) transform(planeGroup(plans_, plane, 2 * plans_.planes));
  }

  std::size_t half_;
  DeviceMemory buffer_, spectrum_, octant_, work_;
  Stream stream_;
  FftPlans<double> plans_;
};

}  // namespace

std::size_t freeDeviceBytes() {
  std::size_t freeBytes = 0, totalBytes = 0;
  check(cudaMemGetInfo(&freeBytes, &totalBytes), "asking for free memory");
  return freeBytes;
}

std::unique_ptr<Probe> makeProbe(const int* nodes, int, std::size_t bytes) { return std::make_unique<CudaProbe>(nodes, bytes); }

}  // namespace unkick::bench
