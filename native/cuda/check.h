// Failures of the CUDA runtime become BackendFailure, with what was being done.
#pragma once

#include <cuda_runtime.h>

#include "../engine/fault.h"

namespace unkick::cuda {

inline void check(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  throw BackendFailure(std::string("CUDA: ") + what + ": " + cudaGetErrorString(status) + " (error " +
                       std::to_string(static_cast<int>(status)) + ")");
}

}  // namespace unkick::cuda
