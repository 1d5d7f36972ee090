// The ghost nodes of a potential, the transpose of filling them, and copies without ghosts.
#pragma once

#include <cuda_runtime.h>

#include "../physics/cloud_in_cell.h"

namespace unkick::cuda {

// phi(-1) = 3 phi(0) - 3 phi(1) + phi(2), axis by axis.
template <class Real>
void fillGhosts(cudaStream_t stream, const GridShape& shape, Real* potential);
// Adds the ghosts' cotangents to the nodes that they were made from.
void foldGhosts(cudaStream_t stream, const GridShape& shape, std::int64_t* potentialBar);

// potential [ghost nodes] -> field [nodes], and back (without its ghosts).
template <class Real>
void copyField(cudaStream_t stream, const GridShape& shape, const Real* potential, Real* field);
template <class Real>
void copyPotential(cudaStream_t stream, const GridShape& shape, const Real* field, Real* potential);

}  // namespace unkick::cuda
