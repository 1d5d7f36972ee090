#include "nodal_field.h"

#include "../physics/nodal_slopes.h"
#include "launch.h"
#include "node_lanes.h"

namespace unkick::cuda {

namespace {

// A node, its place along each axis, and how far apart its neighbours are.
struct Node {
  std::int64_t index;
  int at[3];
  std::int64_t pitch[3];
};
__device__ __forceinline__ Node nodeAt(const GridShape& shape, std::int64_t index) {
  const std::int64_t row = index / shape.n[0];
  return {index,
          {static_cast<int>(index % shape.n[0]), static_cast<int>(row % shape.n[1]), static_cast<int>(row / shape.n[1])},
          {1, shape.n[0], std::int64_t(shape.n[0]) * shape.n[1]}};
}

template <int lanes, class Real>
__global__ void __launch_bounds__(kBlock) sumCornersKernel(GridShape shape, const std::int64_t* sums, Real* charge) {
  if (threadNumber() >= shape.nodes()) return;
  const Node node = nodeAt(shape, threadNumber());
  std::int64_t sum = 0;
  UNKICK_UNROLL
  for (int lane = 0; lane < lanes; ++lane) {
    const int x = lane & 1, y = lane >> 1;
    if (node.at[0] >= x && node.at[1] >= y) sum += sums[lanes * (node.index - x - y * node.pitch[1]) + lane];
  }
  charge[node.index] = static_cast<Real>(sum);
}

// What the node's potential receives from the slopes along axis d, in lane `lane` of the nodes around it.
template <int lanes>
__device__ __forceinline__ double slopeBarAlong(int d, const GridShape& shape, const Node& node, const std::int64_t* sums, int lane) {
  double bar = 0;
  UNKICK_UNROLL
  for (int away = -2; away <= 2; ++away) {
    const int from = node.at[d] + away;
    if (from < 0 || from >= shape.n[d]) continue;
    bar = bar + slopeWeight(from, node.at[d], shape.n[d]) * static_cast<double>(sums[lanes * (node.index + away * node.pitch[d]) + lane]);
  }
  return bar;
}

template <int lanes, int first, class Real>
__global__ void __launch_bounds__(kBlock) slopesBarKernel(GridShape shape, const std::int64_t* sums, Real* potentialBar, Real* charge) {
  if (threadNumber() >= shape.nodes()) return;
  const Node node = nodeAt(shape, threadNumber());
  double bar = first == 0 ? 0.0 : potentialBar[node.index];
  UNKICK_UNROLL
  for (int lane = 0; lane < lanes; ++lane) {
    if (first + lane == kChargeLane) charge[node.index] = static_cast<Real>(sums[lanes * node.index + lane]);
    else bar = bar + slopeBarAlong<lanes>(first + lane, shape, node, sums, lane);
  }
  potentialBar[node.index] = static_cast<Real>(bar);
}

template <class Real>
__device__ __forceinline__ double slopeAlong(int d, const GridShape& shape, const Node& node, const Real* potential) {
  const AxisSlope slope = axisSlope(node.at[d], shape.n[d]);
  const Real* at = potential + node.index + (slope.first - node.at[d]) * node.pitch[d];
  return slope.weight[0] * at[0] + slope.weight[1] * at[node.pitch[d]] + slope.weight[2] * at[2 * node.pitch[d]];
}

template <class Real>
__global__ void __launch_bounds__(kBlock) fillNodesKernel(GridShape shape, const Real* potential, const Real* chargeBar, NodeLanes<Real>* nodes) {
  if (threadNumber() >= shape.nodes()) return;
  const Node node = nodeAt(shape, threadNumber());
  NodeLanes<Real> out;
  UNKICK_UNROLL
  for (int d = 0; d < 3; ++d) out.lane[d] = static_cast<Real>(slopeAlong(d, shape, node, potential));
  out.lane[kChargeLane] = chargeBar ? chargeBar[node.index] : Real(0);
  nodes[node.index] = out;
}

}  // namespace

template <int lanes, class Real>
void sumCorners(cudaStream_t stream, const GridShape& shape, const std::int64_t* sums, Real* charge) {
  launch(stream, "sum corners", over(shape.nodes()), sumCornersKernel<lanes, Real>, shape, sums, charge);
}

template <int lanes, int first, class Real>
void slopesBar(cudaStream_t stream, const GridShape& shape, const std::int64_t* sums, Real* potentialBar, Real* charge) {
  launch(stream, "slopes adjoint", over(shape.nodes()), slopesBarKernel<lanes, first, Real>, shape, sums, potentialBar, charge);
}

template <class Real>
void fillNodes(cudaStream_t stream, const GridShape& shape, const Real* potential, const Real* chargeBar, Real* nodes) {
  launch(stream, "fill nodes", over(shape.nodes()), fillNodesKernel<Real>, shape, potential, chargeBar,
         reinterpret_cast<NodeLanes<Real>*>(nodes));
}

template void sumCorners<4>(cudaStream_t, const GridShape&, const std::int64_t*, double*);
template void slopesBar<4, 0>(cudaStream_t, const GridShape&, const std::int64_t*, double*, double*);
template void fillNodes(cudaStream_t, const GridShape&, const double*, const double*, double*);
template void sumCorners<2>(cudaStream_t, const GridShape&, const std::int64_t*, float*);
template void slopesBar<2, 0>(cudaStream_t, const GridShape&, const std::int64_t*, float*, float*);
template void slopesBar<2, 2>(cudaStream_t, const GridShape&, const std::int64_t*, float*, float*);
template void fillNodes(cudaStream_t, const GridShape&, const float*, const float*, float*);

}  // namespace unkick::cuda
