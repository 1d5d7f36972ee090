#include "potential.h"

#include "launch.h"

namespace unkick::cuda {

namespace {

// A line of `nodes` numbers, `pitch` apart, with a ghost before and after.
struct Line {
  std::int64_t first, pitch;
  int nodes;
};

// Line number `line` along an axis, over all nodes of the axes after it and, where `withGhosts`, the
// ghosts too of the axes before it.
__device__ __forceinline__ Line lineAlong(const GridShape& shape, int axis, bool withGhosts, std::int64_t line) {
  const int ghost = withGhosts ? 1 : 0;
  const int across = axis == 0 ? shape.n[1] : shape.n[0] + 2 * ghost;
  const int a = static_cast<int>(line % across), b = static_cast<int>(line / across);
  if (axis == 0) return {shape.ghostAt(0, a, b), 1, shape.n[0]};
  if (axis == 1) return {shape.ghostAt(a - ghost, 0, b), shape.ghostRow(), shape.n[1]};
  return {shape.ghostAt(a - ghost, b - ghost, 0), shape.ghostPlane(), shape.n[2]};
}

std::int64_t linesAlong(const GridShape& shape, int axis, bool withGhosts) {
  const std::int64_t ghosts = withGhosts ? 2 : 0;
  if (axis == 0) return std::int64_t(shape.n[1]) * shape.n[2];
  if (axis == 1) return (shape.n[0] + ghosts) * shape.n[2];
  return (shape.n[0] + ghosts) * (shape.n[1] + ghosts);
}

template <class Real>
__global__ void __launch_bounds__(kBlock) fillKernel(GridShape shape, int axis, std::int64_t lines, Real* potential) {
  if (threadNumber() >= lines) return;
  const Line line = lineAlong(shape, axis, true, threadNumber());
  Real* first = potential + line.first;
  Real* last = first + (line.nodes - 1) * line.pitch;
  const auto beyond = [](double near, double next, double far) { return static_cast<Real>(3 * (near - next) + far); };
  first[-line.pitch] = beyond(first[0], first[line.pitch], first[2 * line.pitch]);
  last[line.pitch] = beyond(last[0], last[-line.pitch], last[-2 * line.pitch]);
}

// In fixed point and therefore exact.
__global__ void __launch_bounds__(kBlock) foldKernel(GridShape shape, int axis, std::int64_t lines, std::int64_t* bar) {
  if (threadNumber() >= lines) return;
  const Line line = lineAlong(shape, axis, false, threadNumber());
  std::int64_t* first = bar + line.first;
  std::int64_t* last = first + (line.nodes - 1) * line.pitch;
  const std::int64_t before = first[-line.pitch], after = last[line.pitch];
  first[0] += 3 * before;
  first[line.pitch] -= 3 * before;
  first[2 * line.pitch] += before;
  last[0] += 3 * after;
  last[-line.pitch] -= 3 * after;
  last[-2 * line.pitch] += after;
}

__device__ __forceinline__ std::int64_t ghostedIndex(const GridShape& shape, std::int64_t node) {
  const std::int64_t row = node / shape.n[0];
  return shape.ghostAt(static_cast<int>(node % shape.n[0]), static_cast<int>(row % shape.n[1]), static_cast<int>(row / shape.n[1]));
}

template <class Real>
__global__ void __launch_bounds__(kBlock) copyFieldKernel(GridShape shape, const Real* potential, Real* field) {
  const std::int64_t node = threadNumber();
  if (node < shape.nodes()) field[node] = potential[ghostedIndex(shape, node)];
  // A slot's last word is hashed, too: floats may fill half of it.
  if (node == shape.nodes() && node * sizeof(Real) % sizeof(double) != 0) field[node] = 0;
}

template <class Real>
__global__ void __launch_bounds__(kBlock) copyPotentialKernel(GridShape shape, const Real* field, Real* potential) {
  const std::int64_t node = threadNumber();
  if (node < shape.nodes()) potential[ghostedIndex(shape, node)] = field[node];
}

}  // namespace

template <class Real>
void fillGhosts(cudaStream_t stream, const GridShape& shape, Real* potential) {
  // In this order, each axis with the ghosts of those before it, so that edges are finite too.
  for (int axis = 0; axis < shape.dimensions(); ++axis) {
    const std::int64_t lines = linesAlong(shape, axis, true);
    launch(stream, "fill ghosts", over(lines), fillKernel<Real>, shape, axis, lines, potential);
  }
}

void foldGhosts(cudaStream_t stream, const GridShape& shape, std::int64_t* potentialBar) {
  // Rows of the stencil at two faces at once have no weight: edges and corners hold nothing to fold.
  for (int axis = shape.dimensions() - 1; axis >= 0; --axis) {
    const std::int64_t lines = linesAlong(shape, axis, false);
    launch(stream, "fold ghosts", over(lines), foldKernel, shape, axis, lines, potentialBar);
  }
}

template <class Real>
void copyField(cudaStream_t stream, const GridShape& shape, const Real* potential, Real* field) {
  launch(stream, "store field", over(shape.nodes() + 1), copyFieldKernel<Real>, shape, potential, field);
}

template <class Real>
void copyPotential(cudaStream_t stream, const GridShape& shape, const Real* field, Real* potential) {
  launch(stream, "restore field", over(shape.nodes()), copyPotentialKernel<Real>, shape, field, potential);
}

template void fillGhosts(cudaStream_t, const GridShape&, double*);
template void copyField(cudaStream_t, const GridShape&, const double*, double*);
template void copyPotential(cudaStream_t, const GridShape&, const double*, double*);
template void fillGhosts(cudaStream_t, const GridShape&, float*);
template void copyField(cudaStream_t, const GridShape&, const float*, float*);
template void copyPotential(cudaStream_t, const GridShape&, const float*, float*);

}  // namespace unkick::cuda
