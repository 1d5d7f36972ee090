// cuFFT, found at run time: the addon then loads on machines that have no CUDA toolkit, and says why it
// cannot transform. Prototypes are our own; cufft_table.cpp holds them against the header where there is one.
#pragma once

#include <cuda_runtime.h>

#include <string>

namespace unkick::cuda {

template <class Real>
struct alignas(2 * sizeof(Real)) ComplexOf {  // aligned, so that a thread moves it at once
  Real re, im;
};

struct CufftTable {
  using Plan = int;
  using Length = long long;
  static constexpr int kR2C = 0x2a, kC2R = 0x2c, kC2C = 0x29, kD2Z = 0x6a, kZ2D = 0x6c, kZ2Z = 0x69;
  static constexpr int kForward = -1, kInverse = 1;

  int (*create)(Plan*);
  int (*destroy)(Plan);
  int (*setAutoAllocation)(Plan, int);
  int (*makePlanMany64)(Plan, int rank, Length* n, Length* inembed, Length istride, Length idist, Length* onembed,
                        Length ostride, Length odist, int type, Length batch, std::size_t* workBytes);
  int (*setWorkArea)(Plan, void*);
  int (*setStream)(Plan, cudaStream_t);
  int (*execR2C)(Plan, float*, ComplexOf<float>*);
  int (*execC2R)(Plan, ComplexOf<float>*, float*);
  int (*execC2C)(Plan, ComplexOf<float>*, ComplexOf<float>*, int direction);
  int (*execD2Z)(Plan, double*, ComplexOf<double>*);
  int (*execZ2D)(Plan, ComplexOf<double>*, double*);
  int (*execZ2Z)(Plan, ComplexOf<double>*, ComplexOf<double>*, int direction);
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
