#include "green_function.h"

#include "../physics/cloud_in_cell.h"
#include "../physics/green.h"
#include "block_sums.h"
#include "cosine_transform.h"

namespace unkick::cuda {

namespace {

struct Index {
  int i, j, k;
};
__device__ __forceinline__ Index unravel(std::int64_t at, const int* shape) {
  const std::int64_t rest = at / shape[2];
  return {static_cast<int>(rest / shape[1]), static_cast<int>(rest % shape[1]), static_cast<int>(at % shape[2])};
}

// The corner (i + 1/2, j + 1/2, k + 1/2).
struct Corner {
  double x, y, z;
  CornerTerms<double> terms;
};
__device__ __forceinline__ Corner cornerAt(const double* aspect, const Index& c) {
  const double x = (c.i + 0.5) * aspect[0], y = (c.j + 0.5) * aspect[1], z = (c.k + 0.5) * aspect[2];
  return {x, y, z, cornerTerms(x, y, z, squareRoot(y * y + z * z), squareRoot(x * x + z * z), squareRoot(x * x + y * y))};
}

__global__ void __launch_bounds__(kBlock) cornersKernel(Octant octant, const SweepScalars* scalars, double* corners) {
  const std::int64_t at = threadNumber();
  const Index c = unravel(at, octant.n);
  if (c.i >= octant.n[0]) return;
  const Corner corner = cornerAt(scalars->geometry.aspect, c);
  corners[at] = cornerValue(corner.x, corner.y, corner.z, corner.terms);
}

// F is odd in each coordinate: the difference across node 0 is twice the corner at 1/2.
__device__ __forceinline__ double differenceZ(const Octant& octant, const double* corners, int i, int j, int k) {
  const double* row = corners + (static_cast<std::int64_t>(i) * octant.n[1] + j) * octant.n[2];
  return k == 0 ? 2 * row[0] : row[k] - row[k - 1];
}
__device__ __forceinline__ double differenceYZ(const Octant& octant, const double* corners, int i, int j, int k) {
  const double here = differenceZ(octant, corners, i, j, k);
  return j == 0 ? 2 * here : here - differenceZ(octant, corners, i, j - 1, k);
}

// G at the nodes from its corners, and zeros on the rest of the octant.
template <class Real>
__global__ void __launch_bounds__(kBlock) differenceKernel(Octant octant, const double* corners, Real* green) {
  const std::int64_t at = threadNumber();
  const Index c = unravel(at, octant.half);
  if (c.i >= octant.half[0]) return;
  double value = 0;
  if (c.i < octant.n[0] && c.j < octant.n[1] && c.k < octant.n[2]) {
    const double here = differenceYZ(octant, corners, c.i, c.j, c.k);
    value = c.i == 0 ? 2 * here : here - differenceYZ(octant, corners, c.i - 1, c.j, c.k);
  }
  green[at] = static_cast<Real>(value);
}

// Element m less the one beyond it along an axis, with nothing beyond the last node: the transpose of the
// corner differences, but for a factor 2 per axis.
template <class Real>
__device__ __forceinline__ double beyondX(const Octant& o, const Real* t, int i, int j, int k) {
  return t[o.at(i, j, k)] - (i + 1 < o.n[0] ? double(t[o.at(i + 1, j, k)]) : 0.0);
}
template <class Real>
__device__ __forceinline__ double beyondXY(const Octant& o, const Real* t, int i, int j, int k) {
  return beyondX(o, t, i, j, k) - (j + 1 < o.n[1] ? beyondX(o, t, i, j + 1, k) : 0.0);
}

// Sums over the corners of their cotangent times c_d dF/d(axis d), in units of the cell.
template <class Real>
__global__ void __launch_bounds__(kBlock) gradientKernel(Octant octant, const SweepScalars* scalars, const Real* transformed,
                                                        Partials partials) {
  double sums[3] = {0, 0, 0};
  const std::int64_t nodes = octant.nodes();
  for (std::int64_t at = threadNumber(); at < nodes; at += partials.chunks * kBlock) {
    const Index c = unravel(at, octant.n);
    const double here = beyondXY(octant, transformed, c.i, c.j, c.k);
    const double weight = 8 * (here - (c.k + 1 < octant.n[2] ? beyondXY(octant, transformed, c.i, c.j, c.k + 1) : 0.0));
    const Corner corner = cornerAt(scalars->geometry.aspect, c);
    double byX, byY, byZ;
    cornerGradient(corner.x, corner.y, corner.z, corner.terms, byX, byY, byZ);
    sums[0] = sums[0] + (c.i + 0.5) * (weight * byX);
    sums[1] = sums[1] + (c.j + 0.5) * (weight * byY);
    sums[2] = sums[2] + (c.k + 0.5) * (weight * byZ);
  }
  writeSums(partials, sums);
}

// Blocks that sum the gradient: a fixed number for a grid, so that the sum's order is.
constexpr std::int64_t kMostGradientBlocks = 512;

}  // namespace

template <class Real>
void transformedGreen(cudaStream_t stream, const FftPlans<Real>& plans, const SweepScalars* scalars, Real* octant, ComplexOf<Real>* work) {
  const Octant shape = octantOf(plans);
  double* corners = reinterpret_cast<double*>(work);  // a spectrum of floats has room for them, too
  launch(stream, "Green corners", over(shape.nodes()), cornersKernel, shape, scalars, corners);
  // All three differences come before any transform: they cancel, and a transform's rounding must not be
  // what is differenced.
  launch(stream, "Green differences", over(shape.elements()), differenceKernel<Real>, shape, corners, octant);
  for (int axis = 0; axis < 3; ++axis) cosineTransform(stream, plans, axis, Interior::Twice, octant, work);
}

template <class Real>
void greenGradient(cudaStream_t stream, const FftPlans<Real>& plans, SweepScalars* scalars, Real* octant, ComplexOf<Real>* work) {
  const Octant shape = octantOf(plans);
  for (int axis = 2; axis >= 0; --axis) cosineTransform(stream, plans, axis, Interior::Once, octant, work);
  const std::int64_t wanted = (shape.nodes() + kBlock - 1) / kBlock;
  // The partial sums lie in the spectrum's memory, which is idle again.
  const Partials partials = {reinterpret_cast<double*>(work), wanted < kMostGradientBlocks ? wanted : kMostGradientBlocks};
  launch(stream, "Green gradient", blocks(partials.chunks, sumsShared(3)), gradientKernel<Real>, shape, scalars, octant, partials);
  Combination what;
  what.sums = 3;
  what.sumsOut = scalars->greenBar;
  combine(stream, partials, what);
}

template void transformedGreen(cudaStream_t, const FftPlans<double>&, const SweepScalars*, double*, ComplexOf<double>*);
template void greenGradient(cudaStream_t, const FftPlans<double>&, SweepScalars*, double*, ComplexOf<double>*);
template void transformedGreen(cudaStream_t, const FftPlans<float>&, const SweepScalars*, float*, ComplexOf<float>*);
template void greenGradient(cudaStream_t, const FftPlans<float>&, SweepScalars*, float*, ComplexOf<float>*);

}  // namespace unkick::cuda
