// cuFFT plans for one grid shape. Their work areas lie in the arena: auto-allocation is off.
#pragma once

#include <cstdint>
#include <memory>

#include "../engine/memory_plan.h"
#include "cufft_table.h"

namespace unkick::cuda {

// Memory that transforms may use while they run.
struct WorkArea {
  void* base;
  std::size_t bytes;
};

// `count` transforms of one length: rows that are contiguous, or columns that lie side by side.
struct Batch {
  int length;
  std::int64_t count;
  std::int64_t stride;    // between the elements of one transform, 1 for rows
  std::int64_t distance;  // between transforms, 1 for columns
};

class PlanHandle {
 public:
  PlanHandle() { checkFft(cufft().create(&id), "creating a plan"); }
  ~PlanHandle() { cufft().destroy(id); }
  PlanHandle(const PlanHandle&) = delete;
  PlanHandle& operator=(const PlanHandle&) = delete;
  CufftTable::Plan id = -1;
};

enum class Transform { RealToComplex, ComplexToReal, Complex };

// One cuFFT plan, run over equal pieces of the batch where its work area is too small for all at once. Of length 1 there is
// nothing to transform.
template <class Real>
class FftPlan {
 public:
  // In place. Real rows have a pitch of 2 (length/2 + 1) reals; `distance` counts complex numbers.
  FftPlan(Transform type, const Batch& batch, const WorkArea& area, cudaStream_t stream);

  void realToComplex(ComplexOf<Real>* data) const;
  void complexToReal(ComplexOf<Real>* data) const;
  void forward(ComplexOf<Real>* data) const { transform(data, CufftTable::kForward); }
  void inverse(ComplexOf<Real>* data) const { transform(data, CufftTable::kInverse); }

 private:
  void transform(ComplexOf<Real>* data, int direction) const;

  std::unique_ptr<PlanHandle> plan_;
  std::int64_t pieces_ = 1;
  std::int64_t pieceOffset_ = 0;  // complex numbers
};

// The transforms of a kick's convolution. Planes of kx are worked on `planes` at a time, as
// [length z][planes][length y]. What work area a plan is offered follows from the grid alone, like its batch.
template <class Real>
class FftPlans {
 public:
  // bufferMemory: of kCudaPlaneBuffers buffers of planes, the charge's place at its end among them.
  FftPlans(const int* nodes, void* bufferMemory, cudaStream_t stream);

  const int nodes[3];
  const int length[3];  // of the padded transforms
  const int half[3];    // length/2 + 1
  const int planes;
  const std::int64_t planeElements;  // of one group of planes
  const std::int64_t cosineRows[3];  // rows that are transformed at once
  char* const buffers;

  double transforms() const { return double(length[0]) * length[1] * length[2]; }
  // A group of planes of one field, or of the other.
  ComplexOf<Real>* buffer(int field) const;

  FftPlan<Real> forwardX, backwardX;  // [nz ny] rows
  FftPlan<Real> alongY, alongZ;       // of a group of planes
  FftPlan<Real> cosineX, cosineY, cosineZ;
  const FftPlan<Real>& cosine(int axis) const { return axis == 0 ? cosineX : axis == 1 ? cosineY : cosineZ; }

 private:
  WorkArea duringRows() const;     // while no planes are there
  WorkArea duringPlanes() const;   // beside those of two fields
  WorkArea duringCosines() const;  // while the charge waits in its place
};

}  // namespace unkick::cuda
