// The emulated runtime: device memory is host memory that is filled with NaNs when it is allocated.
#include <sanitizer/asan_interface.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>

#include "include/cuda_runtime.h"

namespace {

using Parts = std::vector<std::pair<std::size_t, std::size_t>>;
constexpr unsigned char kUnwritten = 0xff;

constexpr std::size_t kAlignment = 256;                      // of cudaMalloc
constexpr std::size_t kDeviceBytes = std::size_t(1) << 32;  // more is refused, like on a small device

struct Allocation {
  std::size_t bytes;
  Parts guarded;
};

struct Allocations {
  std::mutex mutex;
  std::map<const char*, Allocation> at;
  std::size_t total = 0;
  Parts guardedNext;
  std::int64_t guardedWritten = 0;

  // Is [at, at + bytes) inside one allocation?
  bool holds(const void* at, std::size_t bytes) {
    const std::lock_guard<std::mutex> lock(mutex);
    const char* begin = static_cast<const char*>(at);
    auto next = this->at.upper_bound(begin);
    if (next == this->at.begin()) return false;
    --next;
    return begin + bytes <= next->first + next->second.bytes;
  }
};

Allocations& allocations() {
  static Allocations allocations;
  return allocations;
}

}  // namespace

struct EmulatedEvent {
  std::atomic<bool> recorded{false};
};

const char* cudaGetErrorString(cudaError_t error) {
  return error == cudaSuccess ? "no error" : error == cudaErrorMemoryAllocation ? "out of memory" : "invalid argument";
}
cudaError_t cudaGetLastError() { return cudaSuccess; }

cudaError_t cudaGetDeviceCount(int* count) {
  *count = 1;
  return cudaSuccess;
}
cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) { return device == 0 ? cudaSuccess : cudaErrorInvalidValue; }
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr, int) {
  *value = 163 * 1024;
  return cudaSuccess;
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  *properties = {"emulated on the host: a test aid", 9, 0, kDeviceBytes};
  return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = CUDART_VERSION;
  return cudaSuccess;
}
cudaError_t cudaDriverGetVersion(int* version) { return cudaRuntimeGetVersion(version); }

cudaError_t cudaMemGetInfo(std::size_t* freeBytes, std::size_t* totalBytes) {
  *totalBytes = kDeviceBytes;
  *freeBytes = kDeviceBytes - unkick::emulation::allocatedBytes();
  return cudaSuccess;
}

cudaError_t cudaMalloc(void** base, std::size_t bytes) {
  const std::lock_guard<std::mutex> lock(allocations().mutex);
  *base = nullptr;
  if (bytes > kDeviceBytes - allocations().total) return cudaErrorMemoryAllocation;
  if (posix_memalign(base, kAlignment, std::max<std::size_t>(bytes, 1)) != 0) return cudaErrorMemoryAllocation;
  std::memset(*base, kUnwritten, bytes);
  char* begin = static_cast<char*>(*base);
  for ([[maybe_unused]] const auto& part : allocations().guardedNext) ASAN_POISON_MEMORY_REGION(begin + part.first, part.second);
  allocations().at[begin] = {bytes, std::move(allocations().guardedNext)};
  allocations().guardedNext.clear();
  allocations().total += bytes;
  return cudaSuccess;
}

cudaError_t cudaFree(void* base) {
  if (!base) return cudaSuccess;
  const std::lock_guard<std::mutex> lock(allocations().mutex);
  const char* begin = static_cast<const char*>(base);
  const auto found = allocations().at.find(begin);
  if (found == allocations().at.end()) return cudaErrorInvalidValue;
  for (const auto& part : found->second.guarded) {
    ASAN_UNPOISON_MEMORY_REGION(begin + part.first, part.second);
    const auto* bytes = reinterpret_cast<const unsigned char*>(begin) + part.first;
    allocations().guardedWritten += std::count_if(bytes, bytes + part.second, [](unsigned char byte) { return byte != kUnwritten; });
  }
  allocations().total -= found->second.bytes;
  allocations().at.erase(found);
  std::free(base);
  return cudaSuccess;
}

cudaError_t cudaHostAlloc(void** memory, std::size_t bytes, unsigned) {
  *memory = bytes > kDeviceBytes ? nullptr : std::malloc(bytes);
  if (!*memory) return cudaErrorMemoryAllocation;
  std::memset(*memory, kUnwritten, bytes);
  return cudaSuccess;
}
cudaError_t cudaFreeHost(void* memory) {
  std::free(memory);
  return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind, cudaStream_t) {
  if (kind != cudaMemcpyDeviceToHost && !allocations().holds(to, bytes)) return cudaErrorInvalidValue;
  if (kind != cudaMemcpyHostToDevice && !allocations().holds(from, bytes)) return cudaErrorInvalidValue;
  std::memmove(to, from, bytes);
  unkick::emulation::countRequest("copy");
  return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void* to, int value, std::size_t bytes, cudaStream_t) {
  if (!allocations().holds(to, bytes)) return cudaErrorInvalidValue;
  std::memset(to, value, bytes);
  unkick::emulation::countRequest("fill");
  return cudaSuccess;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = nullptr;
  return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t) { return cudaSuccess; }
cudaError_t cudaStreamSynchronize(cudaStream_t) { return cudaSuccess; }

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = new EmulatedEvent;
  return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t) {
  event->recorded = true;
  return cudaSuccess;
}
cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t event, unsigned) {
  return event->recorded ? cudaSuccess : cudaErrorInvalidValue;
}

namespace unkick::emulation {

std::size_t allocatedBytes() {
  const std::lock_guard<std::mutex> lock(allocations().mutex);
  return allocations().total;
}

void guardNextAllocation(const Parts& parts) {
  const std::lock_guard<std::mutex> lock(allocations().mutex);
  allocations().guardedNext = parts;
}

std::int64_t guardedBytesWritten() {
  const std::lock_guard<std::mutex> lock(allocations().mutex);
  return allocations().guardedWritten;
}

}  // namespace unkick::emulation
