// The ghost nodes around a long beam's potential, and the transpose of filling them.
#pragma once

#include <cuda_runtime.h>

#include "../physics/cloud_in_cell.h"

namespace unkick::cuda {

// potential [nodes] -> ghosted [ghost nodes]: phi(-1) = 3 phi(0) - 3 phi(1) + phi(2), along x, then along y.
template <class Real>
void fillGhosts(cudaStream_t stream, const GridShape& shape, const Real* potential, Real* ghosted);
// sums [ghost nodes], fixed point -> potentialBar [nodes]: ghosts' cotangents are added to the nodes that they were made from.
template <class Real>
void foldGhosts(cudaStream_t stream, const GridShape& shape, const std::int64_t* sums, Real* potentialBar);

}  // namespace unkick::cuda
