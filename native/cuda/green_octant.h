// What the Green functions of three dimensions and of two have in common: values at the nodes and their transform; and sums over
// the nodes of what comes back from a spectrum.
#pragma once

#include "cosine_transform.h"
#include "launch.h"
#include "partials.h"

namespace unkick::cuda {

// Blocks that work on an octant, on one part of it after the other: a fixed number for a grid, so that the order of sums is.
constexpr std::int64_t kMostOctantBlocks = 512;
inline std::int64_t octantBlocks(std::int64_t parts) { return parts < kMostOctantBlocks ? parts : kMostOctantBlocks; }
inline std::int64_t partsOf(std::int64_t count) { return (count + kBlock - 1) / kBlock; }

// kernel: (octant's shape, octant, arguments), writes the nodes.
template <class Real, class Kernel, class... Arguments>
void transformNodes(cudaStream_t stream, const FftPlans<Real>& plans, Real* octant, const char* name, const Shape& shape, Kernel kernel, const Arguments&... arguments) {
  launch(stream, name, shape, kernel, octantOf(plans), octant, arguments...);
  cosineTransform(stream, plans, octant);
}

// kernel: (octant's shape, octant, partials, arguments), writes `sums` partial sums per block. sumsOut: their totals.
template <class Real, class Kernel, class... Arguments>
void sumOverNodes(cudaStream_t stream, const FftPlans<Real>& plans, Real* octant, ComplexOf<Real>* work, int sums, double* sumsOut,
                  const char* name, const Shape& shape, Kernel kernel, const Arguments&... arguments) {
  cosineSums(stream, plans, octant);
  const Partials partials = {reinterpret_cast<double*>(work), shape.blocks};  // the spectrum's memory is idle again
  launch(stream, name, shape, kernel, octantOf(plans), octant, partials, arguments...);
  Combination what;
  what.sums = sums;
  what.sumsOut = sumsOut;
  combine(stream, partials, what);
}

}  // namespace unkick::cuda
