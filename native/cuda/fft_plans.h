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

// `count` contiguous rows, their spectra `distance` complex numbers apart and the real ones twice as many reals.
struct Batch {
  int length;
  std::int64_t count;
  std::int64_t distance;
};

class PlanHandle {
 public:
  PlanHandle() { checkFft(cufft().create(&id), "creating a plan"); }
  ~PlanHandle() { cufft().destroy(id); }
  PlanHandle(const PlanHandle&) = delete;
  PlanHandle& operator=(const PlanHandle&) = delete;
  CufftTable::Plan id = -1;
};

enum class Transform { RealToComplex, ComplexToReal };

// One cuFFT plan, run over equal pieces of the batch where its work area is too small for all at once. Of length 1 there is
// nothing to transform.
template <class Real>
class FftPlan {
 public:
  FftPlan(Transform type, const Batch& batch, const WorkArea& area, cudaStream_t stream);

  // In place.
  void realToComplex(ComplexOf<Real>* data) const;
  void complexToReal(ComplexOf<Real>* data) const;

 private:
  std::unique_ptr<PlanHandle> plan_;
  std::int64_t pieces_ = 1;
  std::int64_t pieceOffset_ = 0;  // complex numbers
};

// What the transforms of a kick's convolution need to know of its grid, and cuFFT's plans for rows along x. What work area a plan
// is offered follows from the grid alone, like its batch: cuFFT may round otherwise where it transforms another number of rows.
template <class Real>
class FftPlans {
 public:
  // buffers: memory for cudaBufferBytes, the charge's place at its end among them.
  FftPlans(const int* nodes, void* buffers, cudaStream_t stream);

  const int nodes[3];
  const int length[3];  // of the padded transforms
  const int half[3];    // length/2 + 1
  const int planes;     // of kx, for which there is room where two fields are transformed
  ComplexOf<Real>* const buffers;

  double transforms() const { return double(length[0]) * length[1] * length[2]; }
  // Of the buffer of one field: [nz][length y][planes].
  std::int64_t planeElements() const { return std::int64_t(nodes[2]) * length[1] * planes; }

  FftPlan<Real> forwardX, backwardX;  // [nz ny] rows
};

}  // namespace unkick::cuda
