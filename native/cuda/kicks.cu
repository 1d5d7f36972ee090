#include "kicks.h"

#include "kick_passes.h"
#include "node_lanes.h"

namespace unkick::cuda {

namespace {

template <int lanes, bool gradient, class Storage>
__device__ __forceinline__ Gathered gather(const KickPass<Storage>& pass, const GridPoint<double>& point, const double* weight) {
  if (!point.inside) return {};
  const GridShape& shape = pass.shape;
  const std::int64_t node = shape.at(static_cast<int>(point.cell[0]), static_cast<int>(point.cell[1]), static_cast<int>(point.cell[2]));
  return gatherLanes<lanes, gradient>(pass.nodes + kNodeLanes * node, shape.n[0], std::int64_t(shape.n[0]) * shape.n[1], point.fraction, weight);
}

template <bool inverse, class Storage>
__global__ void __launch_bounds__(kBlock) kickKernel(KickPass<Storage> pass) {
  const std::int64_t i = threadNumber();
  if (i >= pass.particles.count) return;
  const KickGeometry& g = pass.scalars->geometry;
  const Gathered found = gather<3, false>(pass, locateParticle(pass, g, i), nullptr);
  double factor[3];
  kickFactors(g, factor);
  applyKick<inverse, 3>(pass, found.lane, factor, i);
}

// xiBar of one particle onto its position cotangents, and into the sums that the grid's cotangents need.
template <class Storage>
__device__ __forceinline__ void addNodeBar(const KickPass<Storage>& pass, const KickGeometry& g, const double* xiBar,
                                           const GridPoint<double>& point, KickSums& sums, std::int64_t i) {
  UNKICK_UNROLL
  for (int d = 0; d < 3; ++d) {
    const double perMetre = d == 2 ? -g.beta * g.inverseCell[d] : g.inverseCell[d];
    pass.particles.setBar(positionOf(d), i, pass.particles.barAt(positionOf(d), i) + perMetre * xiBar[d]);
    sums.nodeBar[d] = sums.nodeBar[d] + xiBar[d];
    sums.spreadBar[d] = sums.spreadBar[d] + xiBar[d] * point.xi[d];
  }
}

template <bool inverse, class Storage>
__global__ void __launch_bounds__(kBlock, 2) gatherBarKernel(KickPass<Storage> pass) {
  const Particles<Storage>& p = pass.particles;
  const KickGeometry& g = pass.scalars->geometry;  // read where used: a copy would take registers all along
  KickSums sums = {};
  for (std::int64_t i = p.chunkBegin(blockIdx.x) + threadIdx.x; i < p.chunkEnd(blockIdx.x); i += kBlock) {
    const GridPoint<double> point = locateParticle(pass, g, i);
    if (!point.inside) continue;
    double factor[3], weight[kNodeLanes];
    kickFactors(g, factor);
    for (int d = 0; d < 3; ++d) weight[d] = p.barAt(momentumOf(d), i) * factor[d];
    weight[kChargeLane] = p.charge[i];
    const Gathered found = gather<kNodeLanes, true>(pass, point, weight);
    addNodeBar(pass, g, found.fBar, point, sums, i);
    const double lambda = found.lane[kChargeLane];
    p.setChargeBar(i, p.chargeBarAt(i) + lambda);
    sums.potential = sums.potential + weight[kChargeLane] * lambda;
    for (int d = 0; d < 3; ++d) sums.work[d] = sums.work[d] + p.barAt(momentumOf(d), i) * found.lane[d];
    if (inverse) applyKick<true, 3>(pass, found.lane, factor, i);
  }
  for (int d = 0; d < 3; ++d) sums.work[d] = -0.5 * g.inverseCell[d] * sums.work[d];
  writeKickSums(pass, sums);
}

}  // namespace

template <class Storage>
void kick(cudaStream_t stream, const KickPass<Storage>& pass, bool inverse) {
  launch(stream, "kick", over(pass.particles.count), inverse ? kickKernel<true, Storage> : kickKernel<false, Storage>, pass);
}

template <class Storage>
void gatherBar(cudaStream_t stream, const KickPass<Storage>& pass, bool inverse) {
  launch(stream, "kick adjoint", blocks(pass.partials.chunks, sumsShared(kKickSums)),
         inverse ? gatherBarKernel<true, Storage> : gatherBarKernel<false, Storage>, pass);
  combineInto(stream, pass, &pass.scalars->kick);
}

template void kick(cudaStream_t, const KickPass<F64>&, bool);
template void gatherBar(cudaStream_t, const KickPass<F64>&, bool);
template void kick(cudaStream_t, const KickPass<F32>&, bool);
template void gatherBar(cudaStream_t, const KickPass<F32>&, bool);

}  // namespace unkick::cuda
