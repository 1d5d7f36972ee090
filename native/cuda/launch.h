// The one place that starts kernels. On a machine without a GPU the same sources are compiled against
// native/test/emulation, a test aid, which only this helper knows of.
#pragma once

#include <cstdint>

#include "check.h"

// Where kernels, and what they call, can be compiled.
#if defined(__CUDACC__) || defined(UNKICK_EMULATION)
#define UNKICK_DEVICE_CODE
#endif

namespace unkick::cuda {

constexpr int kWarp = 32;
constexpr int kBlock = 256;  // threads of a block, wherever a kernel does not say otherwise
constexpr int kWarps = kBlock / kWarp;

struct Shape {
  std::int64_t blocks;
  int threads;
  int sharedDoubles;  // length of sharedMemory()
};

// One thread for each of `count` elements; the kernel ignores those beyond.
inline Shape over(std::int64_t count) { return {(count + kBlock - 1) / kBlock, kBlock, 0}; }
inline Shape blocks(std::int64_t count, int sharedDoubles) { return {count, kBlock, sharedDoubles}; }
inline Shape single() { return {1, 1, 0}; }

#if defined(UNKICK_DEVICE_CODE)

template <class... Parameters, class... Arguments>
void launch(cudaStream_t stream, const char* name, const Shape& shape, void (*kernel)(Parameters...), Arguments&&... arguments) {
  const std::size_t sharedBytes = shape.sharedDoubles * sizeof(double);
#if defined(UNKICK_EMULATION)
  (void)stream;
  emulation::launch(name, shape.blocks, shape.threads, sharedBytes, [&] { kernel(arguments...); });
#else
  constexpr std::size_t kUnasked = 48 * 1024;  // of a block's shared memory; more has to be asked for
  if (sharedBytes > kUnasked) {
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(sharedBytes)), name);
  }
  kernel<<<static_cast<unsigned>(shape.blocks), shape.threads, sharedBytes, stream>>>(static_cast<Parameters>(arguments)...);
  check(cudaGetLastError(), name);
#endif
}

// The array that a block's threads share, as long as the launch asked for.
__device__ __forceinline__ double* sharedMemory() {
  extern __shared__ __align__(16) double blockMemory[];  // complex doubles lie in it, which a thread moves at once
  return blockMemory;
}

__device__ __forceinline__ std::int64_t threadNumber() {
  return static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}

#endif

}  // namespace unkick::cuda
