// A test aid, not a back end: as much of CUDA as native/cuda uses, for a compiler that knows none of it. The
// same sources then run on a machine without a GPU, every kernel, one thread at a time (see launch.h).
//
// Memory that a program has not written holds no number: device memory, and shared memory at the start of a
// block, are filled with NaNs. Copies and launches are over when they return.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "../launch.h"

// Kernels are inlined nowhere, as on a device, and called by nobody but the launcher.
#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __align__(bytes)
#define __shared__  // shared arrays are declared extern: this one, sized at the launch
#define CUDART_VERSION 13000

namespace unkick::cuda {
extern double blockMemory[];
}

// --- inside kernels ---------------------------------------------------------------------------------------

struct dim3 {
  unsigned x = 1, y = 1, z = 1;
};
extern dim3 threadIdx, blockIdx, blockDim, gridDim;

#define __syncthreads() unkick::emulation::syncBlock(__FILE__, __LINE__)

inline double __shfl_down_sync(unsigned mask, double value, unsigned offset) {
  return unkick::emulation::shuffleDown(mask, value, offset);
}
inline unsigned long long atomicAdd(unsigned long long* p, unsigned long long value) {
  const unsigned long long before = *p;
  *p = before + value;
  return before;
}
inline unsigned long long atomicMin(unsigned long long* p, unsigned long long value) {
  const unsigned long long before = *p;
  if (value < before) *p = value;
  return before;
}
// Beyond 63 bits a device saturates, and calls a NaN the least integer.
inline long long __double2ll_rn(double value) {
  if (!(value > -0x1p63)) return INT64_MIN;
  return value < 0x1p63 ? std::llrint(value) : INT64_MAX;
}

// --- the runtime ------------------------------------------------------------------------------------------

enum cudaError_t { cudaSuccess = 0, cudaErrorInvalidValue = 1, cudaErrorMemoryAllocation = 2 };
enum cudaMemcpyKind { cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice };
using cudaStream_t = struct EmulatedStream*;
using cudaEvent_t = struct EmulatedEvent*;
constexpr unsigned cudaStreamNonBlocking = 1, cudaEventDisableTiming = 2, cudaHostAllocDefault = 0;

struct cudaDeviceProp {
  char name[256];
  int major, minor;
  std::size_t totalGlobalMem;
};

const char* cudaGetErrorString(cudaError_t error);
cudaError_t cudaGetLastError();
cudaError_t cudaGetDeviceCount(int* count);
cudaError_t cudaGetDevice(int* device);
cudaError_t cudaSetDevice(int device);
enum cudaDeviceAttr { cudaDevAttrMaxSharedMemoryPerBlockOptin };
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device);
cudaError_t cudaRuntimeGetVersion(int* version);
cudaError_t cudaDriverGetVersion(int* version);
cudaError_t cudaMemGetInfo(std::size_t* freeBytes, std::size_t* totalBytes);

cudaError_t cudaMalloc(void** base, std::size_t bytes);
cudaError_t cudaFree(void* base);
cudaError_t cudaHostAlloc(void** memory, std::size_t bytes, unsigned flags);
cudaError_t cudaFreeHost(void* memory);
// Both ends of a copy that are device memory must lie inside one allocation.
cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind, cudaStream_t stream);
cudaError_t cudaMemsetAsync(void* to, int value, std::size_t bytes, cudaStream_t stream);
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
// All work is over when it was launched, so that an event has nothing to wait for; but it must be recorded.
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags);
cudaError_t cudaEventDestroy(cudaEvent_t event);
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream);
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned flags);
