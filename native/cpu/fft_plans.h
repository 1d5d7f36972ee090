// FFTW plans for one grid shape. Every transform is a batch of contiguous rows: FFTW_ESTIMATE then picks
// nearly what FFTW_MEASURE finds (docs/decisions.md), and unlike a timed choice it is the same in every
// process, so that results are.
#pragma once

#include <fftw3.h>

#include "../engine/memory_plan.h"

namespace unkick {

template <class Real>
struct ComplexOf {
  Real re, im;
};
using Complex = ComplexOf<double>;

class FftPlans {
 public:
  explicit FftPlans(const int* nodes);
  ~FftPlans();
  FftPlans(const FftPlans&) = delete;
  FftPlans& operator=(const FftPlans&) = delete;

  static constexpr int kColumns = 8;  // rows in a batch of columns that was turned

  // A cache line more than the length: columns are read across rows, and lines a power of two apart share few places in
  // the cache.
  int rowPitchX() const { return length[0] + 4; }
  int columnPitch() const { return length[2] + 4; }

  int nodes[3];
  int length[3];  // of the padded transforms
  int half[3];    // length/2 + 1

  // [(ny + 1) / 2] rows of length[0], rowPitchX() apart, in place: real rows along x in pairs.
  void forwardX(Complex* rows) const { run(forwardX_, rows); }
  void backwardX(Complex* rows) const { run(backwardX_, rows); }
  // [nz] rows of length[1], in place.
  void forwardY(Complex* rows) const { run(forwardY_, rows); }
  void backwardY(Complex* rows) const { run(backwardY_, rows); }
  // [kColumns] rows of length[2], columnPitch() apart, in place.
  void forwardZ(Complex* rows) const { run(forwardZ_, rows); }
  void backwardZ(Complex* rows) const { run(backwardZ_, rows); }
  // [count] rows of length[axis], in place: columns of an octant in pairs. Whole batches, or what a batch of
  // kColumns / 2 begins with: octants have one column more than a power of two.
  void forwardPairs(int axis, int count, Complex* rows) const { run(count == 1 ? onePair_[axis] : pairs_[axis], rows); }

 private:
  static void run(fftw_plan plan, Complex* rows) {
    fftw_complex* data = reinterpret_cast<fftw_complex*>(rows);
    fftw_execute_dft(plan, data, data);
  }

  fftw_plan forwardX_, backwardX_, forwardY_, backwardY_, forwardZ_, backwardZ_, pairs_[3], onePair_[3];
};

}  // namespace unkick
