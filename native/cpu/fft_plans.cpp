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
  const AlignedScratch scratch(sizeof(Complex) * std::size_t(most + 4) * std::max({n[1], n[2], kColumns}));
  fftw_complex* rows = static_cast<fftw_complex*>(scratch.data);
  const auto plan = [&](int axis, int count, int pitch, int sign) {
    return fftw_plan_many_dft(1, &length[axis], count, rows, nullptr, 1, pitch, rows, nullptr, 1, pitch, sign, FFTW_ESTIMATE);
  };
  forwardX_ = plan(0, (n[1] + 1) / 2, rowPitchX(), FFTW_FORWARD);
  backwardX_ = plan(0, (n[1] + 1) / 2, rowPitchX(), FFTW_BACKWARD);
  forwardY_ = plan(1, n[2], length[1], FFTW_FORWARD);
  backwardY_ = plan(1, n[2], length[1], FFTW_BACKWARD);
  forwardZ_ = plan(2, kColumns, columnPitch(), FFTW_FORWARD);
  backwardZ_ = plan(2, kColumns, columnPitch(), FFTW_BACKWARD);
  for (int d = 0; d < 3; ++d) {
    pairs_[d] = plan(d, kColumns / 2, length[d], FFTW_FORWARD);
    onePair_[d] = plan(d, 1, length[d], FFTW_FORWARD);
  }
}

FftPlans::~FftPlans() {
  const std::lock_guard<std::mutex> lock(planner());
  for (fftw_plan plan : {forwardX_, backwardX_, forwardY_, backwardY_, forwardZ_, backwardZ_}) fftw_destroy_plan(plan);
  for (fftw_plan plan : pairs_) fftw_destroy_plan(plan);
  for (fftw_plan plan : onePair_) fftw_destroy_plan(plan);
}

}  // namespace unkick
