#include "fft_plans.h"

#include <algorithm>

#include "../engine/fault.h"

namespace unkick::cuda {

namespace {

// What is left of the work space beside two fields' planes.
WorkArea beyondPlanes(const WorkArea& whole, std::int64_t planeElements) {
  const std::size_t planes = 2 * planeElements * sizeof(Complex);
  const std::size_t begin = (planes + kRegionAlignment - 1) / kRegionAlignment * kRegionAlignment;
  return {static_cast<char*>(whole.base) + begin, whole.bytes > begin ? whole.bytes - begin : 0};
}

int halfOf(int nodes) { return convolutionLength(nodes) / 2 + 1; }

// Groups of equal size, as few as the plan's batch allows.
int planesAtOnce(const int* n) {
  const int all = halfOf(n[0]), most = cudaPlaneBatch(n);
  const int groups = (all + most - 1) / most;
  return (all + groups - 1) / groups;
}

// Even-extended octant rows are transformed in the spectrum's memory, in passes of equal size.
std::int64_t cosineRowsAtOnce(const int* n, int axis) {
  const std::int64_t rows = std::int64_t(halfOf(n[0])) * halfOf(n[1]) * halfOf(n[2]) / halfOf(n[axis]);
  const std::int64_t room = gridSizes(n).spectrum / halfOf(n[axis]);
  const std::int64_t passes = (rows + room - 1) / room;
  return (rows + passes - 1) / passes;
}

Batch rows(int length, std::int64_t count, std::int64_t distance) { return {length, count, 1, distance}; }

// Null where the plan would need a larger work area.
std::unique_ptr<PlanHandle> makePlan(int type, const Batch& batch, std::int64_t count, std::size_t areaBytes) {
  auto plan = std::make_unique<PlanHandle>();
  CufftTable::Length n = batch.length;
  // Only the embeddings' presence matters in one dimension: it is what makes cuFFT read the strides.
  CufftTable::Length embedding = batch.length;
  const int realInput = type == CufftTable::kD2Z ? 2 : 1, realOutput = type == CufftTable::kZ2D ? 2 : 1;
  std::size_t bytes = 0;
  checkFft(cufft().setAutoAllocation(plan->id, 0), "turning auto-allocation off");
  checkFft(cufft().makePlanMany64(plan->id, 1, &n, &embedding, batch.stride, realInput * batch.distance, &embedding,
                                  batch.stride, realOutput * batch.distance, type, count, &bytes),
           "making a plan");
  if (bytes > areaBytes) plan.reset();
  return plan;
}

}  // namespace

FftPlan::FftPlan(int type, const Batch& batch, const WorkArea& area, cudaStream_t stream) {
  while (!(plan_ = makePlan(type, batch, batch.count / pieces_, area.bytes))) {
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

void FftPlan::realToComplex(Complex* data) const {
  for (std::int64_t piece = 0; piece < pieces_; ++piece) {
    Complex* at = data + piece * pieceOffset_;
    checkFft(cufft().execD2Z(plan_->id, reinterpret_cast<double*>(at), at), "transforming real rows");
  }
}

void FftPlan::complexToReal(Complex* data) const {
  for (std::int64_t piece = 0; piece < pieces_; ++piece) {
    Complex* at = data + piece * pieceOffset_;
    checkFft(cufft().execZ2D(plan_->id, at, reinterpret_cast<double*>(at)), "transforming back to real rows");
  }
}

void FftPlan::transform(Complex* data, int direction) const {
  for (std::int64_t piece = 0; piece < pieces_; ++piece) {
    Complex* at = data + piece * pieceOffset_;
    checkFft(cufft().execZ2Z(plan_->id, at, at, direction), "transforming complex rows");
  }
}

FftPlans::FftPlans(const int* n, const WorkArea& whole, cudaStream_t stream)
    : nodes{n[0], n[1], n[2]},
      length{convolutionLength(n[0]), convolutionLength(n[1]), convolutionLength(n[2])},
      half{halfOf(n[0]), halfOf(n[1]), halfOf(n[2])},
      planes(planesAtOnce(n)),
      planeElements(std::int64_t(length[2]) * planes * length[1]),
      cosineRows{cosineRowsAtOnce(n, 0), cosineRowsAtOnce(n, 1), cosineRowsAtOnce(n, 2)},
      forwardX(CufftTable::kD2Z, rows(length[0], std::int64_t(n[1]) * n[2], half[0]), whole, stream),
      backwardX(CufftTable::kZ2D, rows(length[0], std::int64_t(n[1]) * n[2], half[0]), whole, stream),
      alongY(CufftTable::kZ2Z, rows(length[1], std::int64_t(n[2]) * planes, length[1]), beyondPlanes(whole, planeElements), stream),
      alongZ(CufftTable::kZ2Z, {length[2], std::int64_t(planes) * length[1], std::int64_t(planes) * length[1], 1},
             beyondPlanes(whole, planeElements), stream),
      cosineX(CufftTable::kD2Z, rows(length[0], cosineRows[0], half[0]), whole, stream),
      cosineY(CufftTable::kD2Z, rows(length[1], cosineRows[1], half[1]), whole, stream),
      cosineZ(CufftTable::kD2Z, rows(length[2], cosineRows[2], half[2]), whole, stream) {}

}  // namespace unkick::cuda
