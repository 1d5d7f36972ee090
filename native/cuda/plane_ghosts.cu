#include "plane_ghosts.h"

#include "launch.h"

namespace unkick::cuda {

namespace {

// value(i) on nodes 0 .. n - 1, extrapolated to -1 and n. Rounded like a ghost that is stored.
template <class Real, class Value>
__device__ __forceinline__ Real extended(int i, int n, Value&& value) {
  if (i >= 0 && i < n) return value(i);
  const int first = i < 0 ? 0 : n - 1, step = i < 0 ? 1 : -1;
  return static_cast<Real>(3 * (double(value(first)) - value(first + step)) + value(first + 2 * step));
}

template <class Real>
__global__ void __launch_bounds__(kBlock) fillGhostsKernel(GridShape shape, const Real* potential, Real* ghosted) {
  if (threadNumber() >= shape.ghostNodes()) return;
  const int i = static_cast<int>(threadNumber() % shape.ghostRow()) - 1, j = static_cast<int>(threadNumber() / shape.ghostRow()) - 1;
  ghosted[threadNumber()] = extended<Real>(j, shape.n[1], [&](int row) {
    return extended<Real>(i, shape.n[0], [&](int column) { return potential[shape.at(column, row, 0)]; });
  });
}

// What node i receives from a ghost one step before node 0.
__device__ __forceinline__ int ghostWeight(int i) { return i == 0 ? 3 : i == 1 ? -3 : i == 2 ? 1 : 0; }

// In fixed point and therefore exact. Corners hold nothing: where both indices are outer ones, the stencil has no weight.
template <class Real>
__global__ void __launch_bounds__(kBlock) foldGhostsKernel(GridShape shape, const std::int64_t* sums, Real* potentialBar) {
  if (threadNumber() >= shape.nodes()) return;
  const int nx = shape.n[0], ny = shape.n[1];
  const int i = static_cast<int>(threadNumber() % nx), j = static_cast<int>(threadNumber() / nx);
  const auto at = [&](int x, int y) { return sums[shape.ghostAt(x, y)]; };
  const std::int64_t whole = at(i, j) + ghostWeight(i) * at(-1, j) + ghostWeight(nx - 1 - i) * at(nx, j) + ghostWeight(j) * at(i, -1) +
                             ghostWeight(ny - 1 - j) * at(i, ny);
  potentialBar[threadNumber()] = static_cast<Real>(whole);
}

}  // namespace

template <class Real>
void fillGhosts(cudaStream_t stream, const GridShape& shape, const Real* potential, Real* ghosted) {
  launch(stream, "fill ghosts", over(shape.ghostNodes()), fillGhostsKernel<Real>, shape, potential, ghosted);
}

template <class Real>
void foldGhosts(cudaStream_t stream, const GridShape& shape, const std::int64_t* sums, Real* potentialBar) {
  launch(stream, "fold ghosts", over(shape.nodes()), foldGhostsKernel<Real>, shape, sums, potentialBar);
}

template void fillGhosts(cudaStream_t, const GridShape&, const double*, double*);
template void foldGhosts(cudaStream_t, const GridShape&, const std::int64_t*, double*);
template void fillGhosts(cudaStream_t, const GridShape&, const float*, float*);
template void foldGhosts(cudaStream_t, const GridShape&, const std::int64_t*, float*);

}  // namespace unkick::cuda
