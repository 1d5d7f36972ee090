// Octants of what is real and even along every axis, and their cosine transforms: in shared memory, one launch per axis.
#pragma once

#include "../physics/real.h"
#include "fft_plans.h"

namespace unkick::cuda {

// [half x][half y][half z], z fastest.
struct Octant {
  int n[3];     // nodes
  int half[3];  // elements

  UNKICK_HD std::int64_t at(int i, int j, int k) const { return (static_cast<std::int64_t>(i) * half[1] + j) * half[2] + k; }
  UNKICK_HD std::int64_t nodes() const { return static_cast<std::int64_t>(n[0]) * n[1] * n[2]; }
};

template <class Real>
Octant octantOf(const FftPlans<Real>& plans) {
  return {{plans.nodes[0], plans.nodes[1], plans.nodes[2]}, {plans.half[0], plans.half[1], plans.half[2]}};
}

// In place: nodes -> octant of the spectrum. Elements that are no node count as nothing and need not be written before.
template <class Real>
void cosineTransform(cudaStream_t stream, const FftPlans<Real>& plans, Real* octant);

// In place: sums over the octant of a spectrum, each element once, times the cosines of every node -> nodes. What is no
// node is destroyed.
template <class Real>
void cosineSums(cudaStream_t stream, const FftPlans<Real>& plans, Real* octant);

}  // namespace unkick::cuda
