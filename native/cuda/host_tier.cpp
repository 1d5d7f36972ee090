#include "host_tier.h"

namespace unkick::cuda {

HostTier::HostTier() { check(cudaGetDevice(&device_), "asking for the device"); }

void* HostTier::allocate(std::size_t bytes) {
  void* memory = nullptr;
  if (cudaHostAlloc(&memory, bytes, cudaHostAllocDefault) == cudaSuccess) return memory;
  cudaGetLastError();  // an allocation that failed must not be blamed on the next call
  throw BackendFailure("out of pinned host memory: could not allocate " + std::to_string(bytes) + " bytes for snapshots");
}

int HostTier::fence(cudaStream_t work) {
  const int fence = next_;
  next_ = (next_ + 1) % kFences;
  check(cudaEventRecord(fences_[fence], work), "recording an event");
  return fence;
}

void HostTier::copy(const Stream& stream, void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind, int fence) const {
  check(cudaSetDevice(device_), "choosing the device");  // each host thread has its own
  check(cudaStreamWaitEvent(stream, fences_[fence], 0), "waiting for an event");
  check(cudaMemcpyAsync(to, from, bytes, kind, stream), "moving a snapshot");
  stream.wait();
}

void HostTier::download(void* host, const void* device, std::size_t bytes, int fence) const {
  copy(down_, host, device, bytes, cudaMemcpyDeviceToHost, fence);
}

void HostTier::upload(void* device, const void* host, std::size_t bytes, int fence) const {
  copy(up_, device, host, bytes, cudaMemcpyHostToDevice, fence);
}

}  // namespace unkick::cuda
