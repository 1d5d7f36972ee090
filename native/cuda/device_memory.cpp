#include "device_memory.h"

namespace unkick::cuda {

DeviceMemory::DeviceMemory(std::size_t bytes) {
  if (cudaMalloc(&base_, bytes) == cudaSuccess) return;
  cudaGetLastError();  // an allocation that failed must not be blamed on the next call
  std::size_t freeBytes = 0, totalBytes = 0;
  check(cudaMemGetInfo(&freeBytes, &totalBytes), "asking for free memory");
  throw BackendFailure("out of device memory: could not allocate an arena of " + std::to_string(bytes) + " bytes; " +
                       std::to_string(freeBytes) + " of " + std::to_string(totalBytes) + " bytes are free");
}

}  // namespace unkick::cuda
