#include "fft_plans.h"

#include <algorithm>

#include "../engine/fault.h"

namespace unkick::cuda {

namespace {

int halfOf(int nodes) { return convolutionLength(nodes) / 2 + 1; }

// Even-extended octant rows are transformed in the spectrum's memory, in passes of equal size.
std::int64_t cosineRowsAtOnce(const int* n, int axis) {
  const std::int64_t rows = std::int64_t(halfOf(n[0])) * halfOf(n[1]) * halfOf(n[2]) / halfOf(n[axis]);
  const std::int64_t room = gridSizes(n).spectrum / halfOf(n[axis]);
  const std::int64_t passes = (rows + room - 1) / room;
  return (rows + passes - 1) / passes;
}

Batch rows(int length, std::int64_t count, std::int64_t distance) { return {length, count, 1, distance}; }

// cuFFT's functions and names for them, by width.
template <class Real>
struct Cufft;
template <>
struct Cufft<float> {
  static constexpr int kTypes[] = {CufftTable::kR2C, CufftTable::kC2R, CufftTable::kC2C};  // by Transform
  static constexpr auto realToComplex = &CufftTable::execR2C;
  static constexpr auto complexToReal = &CufftTable::execC2R;
  static constexpr auto complexToComplex = &CufftTable::execC2C;
};
template <>
struct Cufft<double> {
  static constexpr int kTypes[] = {CufftTable::kD2Z, CufftTable::kZ2D, CufftTable::kZ2Z};
  static constexpr auto realToComplex = &CufftTable::execD2Z;
  static constexpr auto complexToReal = &CufftTable::execZ2D;
  static constexpr auto complexToComplex = &CufftTable::execZ2Z;
};

// Null where the plan would need a larger work area.
template <class Real>
std::unique_ptr<PlanHandle> makePlan(Transform type, const Batch& batch, std::int64_t count, std::size_t areaBytes) {
  auto plan = std::make_unique<PlanHandle>();
  CufftTable::Length n = batch.length;
  // Only the embeddings' presence matters in one dimension: it is what makes cuFFT read the strides.
  CufftTable::Length embedding = batch.length;
  const int realInput = type == Transform::RealToComplex ? 2 : 1, realOutput = type == Transform::ComplexToReal ? 2 : 1;
  std::size_t bytes = 0;
  checkFft(cufft().setAutoAllocation(plan->id, 0), "turning auto-allocation off");
  checkFft(cufft().makePlanMany64(plan->id, 1, &n, &embedding, batch.stride, realInput * batch.distance, &embedding,
                                  batch.stride, realOutput * batch.distance, Cufft<Real>::kTypes[static_cast<int>(type)], count, &bytes),
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
void FftPlan<Real>::transform(ComplexOf<Real>* data, int direction) const {
  for (std::int64_t piece = 0; piece < pieces_; ++piece) {
    ComplexOf<Real>* at = data + piece * pieceOffset_;
    checkFft((cufft().*Cufft<Real>::complexToComplex)(plan_->id, at, at, direction), "transforming complex rows");
  }
}

template <class Real>
FftPlans<Real>::FftPlans(const int* n, void* bufferMemory, cudaStream_t stream)
    : nodes{n[0], n[1], n[2]},
      length{convolutionLength(n[0]), convolutionLength(n[1]), convolutionLength(n[2])},
      half{halfOf(n[0]), halfOf(n[1]), halfOf(n[2])},
      planes(cudaPlaneBatch(n, precisionOf<Real>)),
      planeElements(std::int64_t(length[2]) * planes * length[1]),
      cosineRows{cosineRowsAtOnce(n, 0), cosineRowsAtOnce(n, 1), cosineRowsAtOnce(n, 2)},
      buffers(static_cast<char*>(bufferMemory)),
      forwardX(Transform::RealToComplex, rows(length[0], std::int64_t(n[1]) * n[2], half[0]), duringRows(), stream),
      backwardX(Transform::ComplexToReal, rows(length[0], std::int64_t(n[1]) * n[2], half[0]), duringRows(), stream),
      alongY(Transform::Complex, rows(length[1], std::int64_t(n[2]) * planes, length[1]), duringPlanes(), stream),
      alongZ(Transform::Complex, {length[2], std::int64_t(planes) * length[1], std::int64_t(planes) * length[1], 1}, duringPlanes(), stream),
      cosineX(Transform::RealToComplex, rows(length[0], cosineRows[0], half[0]), duringCosines(), stream),
      cosineY(Transform::RealToComplex, rows(length[1], cosineRows[1], half[1]), duringCosines(), stream),
      cosineZ(Transform::RealToComplex, rows(length[2], cosineRows[2], half[2]), duringCosines(), stream) {}

template <class Real>
ComplexOf<Real>* FftPlans<Real>::buffer(int field) const {
  return reinterpret_cast<ComplexOf<Real>*>(buffers + field * cudaBufferBytes(nodes, precisionOf<Real>));
}

template <class Real>
WorkArea FftPlans<Real>::duringRows() const {
  const std::size_t all = kCudaPlaneBuffers * cudaBufferBytes(nodes, precisionOf<Real>);
  return {buffers, std::max(all, cudaWorkBytes(nodes, precisionOf<Real>))};
}

template <class Real>
WorkArea FftPlans<Real>::duringPlanes() const { return {buffer(2), cudaBufferBytes(nodes, precisionOf<Real>)}; }

template <class Real>
WorkArea FftPlans<Real>::duringCosines() const { return {buffers, cudaWorkBytes(nodes, precisionOf<Real>)}; }

template class FftPlan<double>;
template class FftPlan<float>;
template class FftPlans<double>;
template class FftPlans<float>;

}  // namespace unkick::cuda
