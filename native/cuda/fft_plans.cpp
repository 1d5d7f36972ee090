#include "fft_plans.h"

#include <algorithm>

#include "check.h"
#include "row_fft.h"

namespace unkick::cuda {

namespace {

int halfOf(int nodes) { return convolutionLength(nodes) / 2 + 1; }

Batch rowsAlongX(const int* n) { return {convolutionLength(n[0]), std::int64_t(n[1]) * n[2], halfOf(n[0])}; }

// While no planes are there, their buffers.
template <class Real>
WorkArea workArea(const int* n, void* buffers) {
  return {buffers, std::max(cudaBufferBytes(n, precisionOf<Real>), cudaWorkBytes(n, precisionOf<Real>))};
}

// Our own transforms take place in a block's shared memory, one row at least: along y and z those of the convolution, along x
// those of the Green function.
template <class Real>
void checkRows(const FftPlans<Real>& plans) {
  int device = 0, most = 0;
  check(cudaGetDevice(&device), "asking for the device");
  check(cudaDeviceGetAttribute(&most, cudaDevAttrMaxSharedMemoryPerBlockOptin, device), "asking for the shared memory of a block");
  for (int d = 0; d < 3; ++d) {
    const std::size_t needed = sharedBytes<Real>({plans.length[d], 1, 0}, d == 0 ? kCosineBuffers : kMostRowBuffers);
    if (needed <= static_cast<std::size_t>(most)) continue;
    throw BackendFailure("a grid of " + std::to_string(plans.nodes[d]) + " nodes along an axis takes " + std::to_string(needed) +
                         " bytes of a block's shared memory, of which this GPU has " + std::to_string(most));
  }
}

// cuFFT's functions and names for them, by width.
template <class Real>
struct Cufft;
template <>
struct Cufft<float> {
  static constexpr int kTypes[] = {CufftTable::kR2C, CufftTable::kC2R};  // by Transform
  static constexpr auto realToComplex = &CufftTable::execR2C;
  static constexpr auto complexToReal = &CufftTable::execC2R;
};
template <>
struct Cufft<double> {
  static constexpr int kTypes[] = {CufftTable::kD2Z, CufftTable::kZ2D};
  static constexpr auto realToComplex = &CufftTable::execD2Z;
  static constexpr auto complexToReal = &CufftTable::execZ2D;
};

// Null where the plan would need a larger work area.
template <class Real>
std::unique_ptr<PlanHandle> makePlan(Transform type, const Batch& batch, std::int64_t count, std::size_t areaBytes) {
  auto plan = std::make_unique<PlanHandle>();
  CufftTable::Length n = batch.length;
  // Only the embeddings' presence matters in one dimension: it is what makes cuFFT read the strides.
  CufftTable::Length embedding = batch.length;
  const bool forward = type == Transform::RealToComplex;
  const CufftTable::Length real = 2 * batch.distance, spectrum = batch.distance;
  std::size_t bytes = 0;
  checkFft(cufft().setAutoAllocation(plan->id, 0), "turning auto-allocation off");
  checkFft(cufft().makePlanMany64(plan->id, 1, &n, &embedding, 1, forward ? real : spectrum, &embedding, 1, forward ? spectrum : real,
                                  Cufft<Real>::kTypes[static_cast<int>(type)], count, &bytes),
           "making a plan");
  if (bytes > areaBytes) plan.reset();
  return plan;
}

}  // namespace

template <class Real>
FftPlan<Real>::FftPlan(Transform type, const Batch& batch, const WorkArea& area, cudaStream_t stream) {
  if (batch.length == 1) {
    pieces_ = 0;
    return;
  }
  while (!(plan_ = makePlan<Real>(type, batch, batch.count / pieces_, area.bytes))) {
    if (pieces_ == batch.count) {
      throw BackendFailure("cuFFT needs more than the planned work area of " + std::to_string(area.bytes) +
                           " bytes for one transform of length " + std::to_string(batch.length));
    }
    do ++pieces_;
    while (batch.count % pieces_ != 0);
  }
  pieceOffset_ = batch.count / pieces_ * batch.distance;
  checkFft(cufft().setWorkArea(plan_->id, area.base), "setting a work area");
  checkFft(cufft().setStream(plan_->id, stream), "setting a stream");
}

template <class Real>
void FftPlan<Real>::realToComplex(ComplexOf<Real>* data) const {
  for (std::int64_t piece = 0; piece < pieces_; ++piece) {
    ComplexOf<Real>* at = data + piece * pieceOffset_;
    checkFft((cufft().*Cufft<Real>::realToComplex)(plan_->id, reinterpret_cast<Real*>(at), at), "transforming real rows");
  }
}

template <class Real>
void FftPlan<Real>::complexToReal(ComplexOf<Real>* data) const {
  for (std::int64_t piece = 0; piece < pieces_; ++piece) {
    ComplexOf<Real>* at = data + piece * pieceOffset_;
    checkFft((cufft().*Cufft<Real>::complexToReal)(plan_->id, at, reinterpret_cast<Real*>(at)), "transforming back to real rows");
  }
}

template <class Real>
FftPlans<Real>::FftPlans(const int* n, void* bufferMemory, cudaStream_t stream)
    : nodes{n[0], n[1], n[2]},
      length{convolutionLength(n[0]), convolutionLength(n[1]), convolutionLength(n[2])},
      half{halfOf(n[0]), halfOf(n[1]), halfOf(n[2])},
      planes(cudaPlaneBatch(n, precisionOf<Real>)),
      buffers(static_cast<ComplexOf<Real>*>(bufferMemory)),
      forwardX(Transform::RealToComplex, rowsAlongX(n), workArea<Real>(n, bufferMemory), stream),
      backwardX(Transform::ComplexToReal, rowsAlongX(n), workArea<Real>(n, bufferMemory), stream) {
  checkRows(*this);
}

template class FftPlan<double>;
template class FftPlan<float>;
template class FftPlans<double>;
template class FftPlans<float>;

}  // namespace unkick::cuda
