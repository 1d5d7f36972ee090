#include "device_memory.h"

namespace unkick::cuda {

DeviceMemory::DeviceMemory(std::size_t bytes) {
  const cudaError_t status = cudaMalloc(&base_, bytes);
  if (status == cudaSuccess) return;
  cudaGetLastError();  // an allocation that failed must not be blamed on the next call
  if (status != cudaErrorMemoryAllocation) check(status, "allocating the arena");  // no context, or one that is lost
  std::size_t freeBytes = 0, totalBytes = 0;
  check(cudaMemGetInfo(&freeBytes, &totalBytes), "asking for free memory");
  throw BackendFailure("out of device memory: could not allocate an arena of " + std::to_string(bytes) + " bytes; " +
                       std::to_string(freeBytes) + " of " + std::to_string(totalBytes) + " bytes are free");
}

}  // namespace unkick::cuda
