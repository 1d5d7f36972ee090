// Pinned host memory for snapshots, and copies between it and the device on streams of their own, one for each direction, so that
// they go on beside the sweep and each other. Copies are made on other host threads than fences, and may be on two at once.
#pragma once

#include "device_memory.h"

namespace unkick::cuda {

class HostTier {
 public:
  HostTier();

  static void* allocate(std::size_t bytes);
  static void release(void* memory) { cudaFreeHost(memory); }

  // Marks what was launched on `work` so far, for copies to wait for.
  int fence(cudaStream_t work);
  // Return when the copy is done.
  void download(void* host, const void* device, std::size_t bytes, int fence) const;
  void upload(void* device, const void* host, std::size_t bytes, int fence) const;

 private:
  void copy(const Stream& stream, void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind, int fence) const;

  // A ring. An event that is recorded again before its copy waited for it then marks later work of the same
  // stream: the copy waits longer than it must, never too little.
  static constexpr int kFences = 16;
  Event fences_[kFences];
  int next_ = 0;
  Stream down_, up_;
  int device_ = 0;
};

}  // namespace unkick::cuda
