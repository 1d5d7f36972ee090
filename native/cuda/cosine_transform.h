// Octants of what is real and even along every axis, and their cosine transforms.
#pragma once

#include "../physics/real.h"
#include "fft_plans.h"

namespace unkick::cuda {

// [half x][half y][half z], z fastest.
struct Octant {
  int n[3];     // nodes
  int half[3];  // elements

  UNKICK_HD std::int64_t at(int i, int j, int k) const { return (static_cast<std::int64_t>(i) * half[1] + j) * half[2] + k; }
  UNKICK_HD std::int64_t elements() const { return static_cast<std::int64_t>(half[0]) * half[1] * half[2]; }
  UNKICK_HD std::int64_t nodes() const { return static_cast<std::int64_t>(n[0]) * n[1] * n[2]; }
};

template <class Real>
Octant octantOf(const FftPlans<Real>& plans) {
  return {{plans.nodes[0], plans.nodes[1], plans.nodes[2]}, {plans.half[0], plans.half[1], plans.half[2]}};
}

// What the interior elements of a row count before the transform: each stands for itself and its mirror image, so the
// transform sums them twice; with Once the sum is over the elements as they are.
enum class Interior { Twice, Once };

// In place, along one axis. work: a spectrum's memory.
template <class Real>
void cosineTransform(cudaStream_t stream, const FftPlans<Real>& plans, int axis, Interior interior, Real* octant, ComplexOf<Real>* work);

}  // namespace unkick::cuda
