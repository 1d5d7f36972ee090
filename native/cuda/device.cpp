#include "device.h"

#include "cuda_backend.h"

namespace unkick {

namespace cuda {

namespace {

constexpr int kLeastCapability = 75;  // the oldest architecture that the kernels are compiled for

std::string version(int number) { return std::to_string(number / 1000) + "." + std::to_string(number % 1000 / 10); }

int capability(const cudaDeviceProp& p) { return p.major * 10 + p.minor; }

}  // namespace

std::string unavailable() {
  int count = 0, driver = 0;
  const cudaError_t status = cudaGetDeviceCount(&count);
  if (status != cudaSuccess) {
    const bool installed = cudaDriverGetVersion(&driver) == cudaSuccess && driver > 0;
    return std::string(installed ? "no usable CUDA device: " : "no CUDA driver is installed: ") + cudaGetErrorString(status) +
           " (CUDA error " + std::to_string(static_cast<int>(status)) + ")";
  }
  if (count == 0) return "no CUDA device";
  cudaDeviceProp properties;
  if (cudaGetDeviceProperties(&properties, 0) == cudaSuccess && capability(properties) < kLeastCapability) {
    return std::string(properties.name) + " has compute capability " + std::to_string(properties.major) + "." +
           std::to_string(properties.minor) + "; 7.5 or later is needed";
  }
  return cufftProblem();
}

std::string details() {
  int runtime = 0, driver = 0, count = 0;
  cudaRuntimeGetVersion(&runtime);
  cudaDriverGetVersion(&driver);
  std::string known = "CUDA runtime: " + version(runtime) + " (linked in)\nCUDA driver: " + (driver ? "supports " + version(driver) : "none");
  if (cudaGetDeviceCount(&count) == cudaSuccess && count > 0) {
    cudaDeviceProp p;
    check(cudaGetDeviceProperties(&p, 0), "asking for the device's properties");
    known += std::string("\ndevice: ") + p.name + "\ncompute capability: " + std::to_string(p.major) + "." + std::to_string(p.minor) +
               "\ndevice memory: " + std::to_string(p.totalGlobalMem) + " bytes\ndevices: " + std::to_string(count);
  }
  if (!cufftProblem().empty()) return known + "\ncuFFT: not available: " + cufftProblem();
  int fft = 0;
  cufft().getVersion(&fft);
  return known + "\ncuFFT: " + std::to_string(fft) + "\ncuFFT library: " + cufft().path;
}

}  // namespace cuda

// Weak, so that a test program that holds two back ends against each other can choose between them.
[[gnu::weak]] std::string backendUnavailable() { return cuda::unavailable(); }
[[gnu::weak]] std::string backendDetails() { return cuda::details(); }
[[gnu::weak]] MemoryPlan planMemory(const Line& line, const Demand& demand) { return planCudaMemory(line, demand); }
[[gnu::weak]] std::unique_ptr<Backend> createBackend(const Line& line, const Demand& demand) {
  return cuda::createCudaBackend(line, demand, planCudaMemory(line, demand));
}

}  // namespace unkick
