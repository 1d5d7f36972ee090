// cuFFT, found at run time: the addon then loads on machines that have no CUDA toolkit, and says why it
// cannot transform. Prototypes are our own; cufft_table.cpp holds them against the header where there is one.
#pragma once

#include <cuda_runtime.h>

#include <string>

namespace unkick::cuda {

struct alignas(16) Complex {  // aligned, so that a thread moves it at once
  double re, im;
};

struct CufftTable {
  using Plan = int;
  using Length = long long;
  static constexpr int kD2Z = 0x6a, kZ2D = 0x6c, kZ2Z = 0x69;
  static constexpr int kForward = -1, kInverse = 1;

  int (*create)(Plan*);
  int (*destroy)(Plan);
  int (*setAutoAllocation)(Plan, int);
  int (*makePlanMany64)(Plan, int rank, Length* n, Length* inembed, Length istride, Length idist, Length* onembed,
                        Length ostride, Length odist, int type, Length batch, std::size_t* workBytes);
  int (*setWorkArea)(Plan, void*);
  int (*setStream)(Plan, cudaStream_t);
  int (*execD2Z)(Plan, double*, Complex*);
  int (*execZ2D)(Plan, Complex*, double*);
  int (*execZ2Z)(Plan, Complex*, Complex*, int direction);
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
