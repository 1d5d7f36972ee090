// cuFFT, found at run time: the addon then loads on machines that have no CUDA toolkit, and says why it
// cannot transform. Prototypes are our own; cufft_table.cpp holds them against the header where there is one.
#pragma once

#include <cuda_runtime.h>

#include <string>

#include "complex.h"

namespace unkick::cuda {

struct CufftTable {
  using Plan = int;
  using Length = long long;
  static constexpr int kR2C = 0x2a, kC2R = 0x2c, kD2Z = 0x6a, kZ2D = 0x6c;

  int (*create)(Plan*);
  int (*destroy)(Plan);
  int (*setAutoAllocation)(Plan, int);
  int (*makePlanMany64)(Plan, int rank, Length* n, Length* inembed, Length istride, Length idist, Length* onembed,
                        Length ostride, Length odist, int type, Length batch, std::size_t* workBytes);
  int (*setWorkArea)(Plan, void*);
  int (*setStream)(Plan, cudaStream_t);
  int (*execR2C)(Plan, float*, ComplexOf<float>*);
  int (*execC2R)(Plan, ComplexOf<float>*, float*);
  int (*execD2Z)(Plan, double*, ComplexOf<double>*);
  int (*execZ2D)(Plan, ComplexOf<double>*, double*);
  int (*getVersion)(int*);

  std::string path;  // of the library
};

// Loaded once per process, on first use. Throws BackendFailure with cufftProblem().
const CufftTable& cufft();
// Why cuFFT cannot be used here; empty if it can.
std::string cufftProblem();

// Turns a cuFFT result into a BackendFailure.
void checkFft(int result, const char* what);

}  // namespace unkick::cuda
