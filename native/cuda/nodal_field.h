// Numbers on the nodes: sums of what macroparticles scattered become charge and the potential's cotangent, and the potential
// becomes what they gather.
#pragma once

#include "kicks.h"

namespace unkick::cuda {

// sums: [nodes][lanes] by the corners of cells, 2 along x or 4 along x and y -> charge [nodes].
template <int lanes, class Real>
void sumCorners(cudaStream_t stream, const GridShape& shape, const std::int64_t* sums, Real* charge);

// sums: [nodes][lanes], lanes first .. first + lanes of a node. The transposed slopes of those along an axis -> potentialBar
// [nodes], or added to it where x is not among them; the charge's lane -> charge [nodes].
template <int lanes, int first, class Real>
void slopesBar(cudaStream_t stream, const GridShape& shape, const std::int64_t* sums, Real* potentialBar, Real* charge);

// potential, chargeBar: [nodes], the latter null where it is not gathered -> nodes [nodes][kNodeLanes].
template <class Real>
void fillNodes(cudaStream_t stream, const GridShape& shape, const Real* potential, const Real* chargeBar, Real* nodes);

}  // namespace unkick::cuda
