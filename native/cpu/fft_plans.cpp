#include "fft_plans.h"

#include <algorithm>
#include <mutex>
#include <vector>

namespace unkick {

namespace {

// FFTW's planner is the one part of it that is not thread-safe.
std::mutex& planner() {
  static std::mutex mutex;
  return mutex;
}

struct AlignedScratch {
  explicit AlignedScratch(std::size_t bytes) : data(fftw_malloc(bytes)) {}
  ~AlignedScratch() { fftw_free(data); }
  void* data;
};

}  // namespace

FftPlans::FftPlans(const int* n) {
  for (int d = 0; d < 3; ++d) {
    nodes[d] = n[d];
    length[d] = convolutionLength(n[d]);
    half[d] = length[d] / 2 + 1;
  }
  const std::lock_guard<std::mutex> lock(planner());
  // ESTIMATE does not touch the data, but wants the alignment and the pitch that it will see.
  const int most = std::max({length[0], length[1], length[2]});
  const AlignedScratch scratch(sizeof(Complex) * std::size_t(most + 2) * std::max({n[1], n[2], kColumns}));
  double* real = static_cast<double*>(scratch.data);
  fftw_complex* rows = complex(real);
  forwardX_ = fftw_plan_many_dft_r2c(1, &length[0], n[1], real, nullptr, 1, 2 * half[0], rows, nullptr, 1, half[0], FFTW_ESTIMATE);
  backwardX_ = fftw_plan_many_dft_c2r(1, &length[0], n[1], rows, nullptr, 1, half[0], real, nullptr, 1, 2 * half[0], FFTW_ESTIMATE);
  const auto rowsPlan = [&](int axis, int count, int sign) {
    return fftw_plan_many_dft(1, &length[axis], count, rows, nullptr, 1, length[axis], rows, nullptr, 1, length[axis], sign, FFTW_ESTIMATE);
  };
  forwardY_ = rowsPlan(1, n[2], FFTW_FORWARD);
  backwardY_ = rowsPlan(1, n[2], FFTW_BACKWARD);
  forwardZ_ = rowsPlan(2, kColumns, FFTW_FORWARD);
  backwardZ_ = rowsPlan(2, kColumns, FFTW_BACKWARD);
  for (int d = 0; d < 3; ++d) {
    pairs_[d] = rowsPlan(d, kColumns / 2, FFTW_FORWARD);
    onePair_[d] = rowsPlan(d, 1, FFTW_FORWARD);
  }
}

FftPlans::~FftPlans() {
  const std::lock_guard<std::mutex> lock(planner());
  for (fftw_plan plan : {forwardX_, backwardX_, forwardY_, backwardY_, forwardZ_, backwardZ_}) fftw_destroy_plan(plan);
  for (fftw_plan plan : pairs_) fftw_destroy_plan(plan);
  for (fftw_plan plan : onePair_) fftw_destroy_plan(plan);
}

}  // namespace unkick
