#include "kicks_2d.h"

#include "../physics/field_stencil_2d.h"
#include "kick_passes.h"
#include "survivors.h"

namespace unkick::cuda {

namespace {

template <class Storage>
__device__ __forceinline__ PlanePoint locateParticle(const KickPass<Storage>& pass, const KickGeometry& g, std::int64_t i) {
  const Particles<Storage>& p = pass.particles;
  PlanePoint point = locateInPlane(g, pass.shape.n, p.at(X, i), p.at(Y, i));
  if (p.lost && p.lost[i] != kAlive) point.inside = false;  // a kick knows nothing of the lost
  return point;
}

template <class Storage>
__global__ void __launch_bounds__(kBlock) depositKernel(KickPass<Storage> pass, std::int64_t* grid, bool report) {
  const std::int64_t i = threadNumber();
  if (i >= pass.particles.count) return;
  const KickGeometry& g = pass.scalars->geometry;
  const PlanePoint point = locateParticle(pass, g, i);
  const double q = liveCharge(pass.particles.charge[i]) * pass.chargeScale;
  if (!point.inside) {
    if (report) addTo(&pass.scalars->outsideCharge, q);
    return;
  }
  const double fx = point.fraction[0], fy = point.fraction[1], lower = q * (1.0 - fy), upper = q * fy;
  const std::int64_t row = pass.shape.n[0];
  std::int64_t* node = grid + pass.shape.at(point.cell[0], point.cell[1], 0);
  addTo(node, lower * (1.0 - fx));
  addTo(node + 1, lower * fx);
  addTo(node + row, upper * (1.0 - fx));
  addTo(node + row + 1, upper * fx);
}

template <bool inverse, class Storage>
__global__ void __launch_bounds__(kBlock) kickKernel(KickPass<Storage> pass) {
  const std::int64_t i = threadNumber();
  if (i >= pass.particles.count) return;
  const KickGeometry& g = pass.scalars->geometry;
  const PlanePoint point = locateParticle(pass, g, i);
  if (!point.inside) return;
  double factor[3], slope[2];
  kickFactors(g, factor);
  planeSlopes<false>(pass.potential + planeCorner(pass.shape, point), pass.shape.ghostRow(), point.fraction, slope);
  applyKick<inverse, 2>(pass, slope, factor, i);
}

// Position cotangents of one particle, and what the grid's cotangents need of it.
template <class Storage>
__device__ __forceinline__ void addNodeBar(const KickPass<Storage>& pass, const KickGeometry& g, const double* xiBar,
                                           const PlanePoint& point, KickSums& sums, std::int64_t i) {
  for (int d = 0; d < 2; ++d) {
    pass.particles.setBar(positionOf(d), i, pass.particles.barAt(positionOf(d), i) + g.inverseCell[d] * xiBar[d]);
    sums.nodeBar[d] = sums.nodeBar[d] + xiBar[d];
    sums.spreadBar[d] = sums.spreadBar[d] + xiBar[d] * point.xi[d];
  }
}

template <bool inverse, class Storage>
__global__ void __launch_bounds__(kBlock) kickBarKernel(KickPass<Storage> pass, std::int64_t* grid) {
  const Particles<Storage>& p = pass.particles;
  const KickGeometry& g = pass.scalars->geometry;
  const double scale = potentialBarScale(*pass.scalars, p.count);
  const std::int64_t row = pass.shape.ghostRow();
  double factor[3];
  kickFactors(g, factor);
  KickSums sums = {};
  for (std::int64_t i = p.chunkBegin(blockIdx.x) + threadIdx.x; i < p.chunkEnd(blockIdx.x); i += kBlock) {
    const PlanePoint point = locateParticle(pass, g, i);
    if (!point.inside) continue;
    const std::int64_t corner = planeCorner(pass.shape, point);
    double momentumBar[2], e[2], slope[2], xiBar[2];
    for (int d = 0; d < 2; ++d) {
      momentumBar[d] = p.barAt(momentumOf(d), i);
      e[d] = momentumBar[d] * factor[d];
    }
    planeSlopes<true>(pass.potential + corner, row, point.fraction, slope, e, xiBar);
    for (int d = 0; d < 2; ++d) {
      e[d] = e[d] * scale;
      sums.work[d] = sums.work[d] + momentumBar[d] * (-0.5 * g.inverseCell[d] * slope[d]);
    }
    scatterPlaneSlopes(row, point.fraction, e, [&](std::int64_t offset, double value) { addTo(grid + corner + offset, value); });
    addNodeBar(pass, g, xiBar, point, sums, i);
    if (inverse) applyKick<true, 2>(pass, slope, factor, i);
  }
  writeKickSums(pass, sums);
}

template <class Storage>
__global__ void __launch_bounds__(kBlock) depositBarKernel(KickPass<Storage> pass) {
  const Particles<Storage>& p = pass.particles;
  const KickGeometry& g = pass.scalars->geometry;
  KickSums sums = {};
  for (std::int64_t i = p.chunkBegin(blockIdx.x) + threadIdx.x; i < p.chunkEnd(blockIdx.x); i += kBlock) {
    const PlanePoint point = locateParticle(pass, g, i);
    if (!point.inside) continue;
    const double q = p.charge[i];
    double gathered[3];
    const std::int64_t node = pass.shape.ghostAt(point.cell[0], point.cell[1], 0);
    interpolateInPlane(pass.potential + node, pass.shape.ghostRow(), point.fraction, gathered);
    p.setChargeBar(i, p.chargeBarAt(i) + gathered[2]);
    const double xiBar[2] = {q * gathered[0], q * gathered[1]};
    addNodeBar(pass, g, xiBar, point, sums, i);
  }
  writeKickSums(pass, sums);
}

}  // namespace

template <class Storage>
void deposit2d(cudaStream_t stream, const KickPass<Storage>& pass, std::int64_t* grid, bool report) {
  clearChargeGrid(stream, pass, grid, report);
  launch(stream, "deposit 2d", over(pass.particles.count), depositKernel<Storage>, pass, grid, report);
}

template <class Storage>
void kick2d(cudaStream_t stream, const KickPass<Storage>& pass, bool inverse) {
  launch(stream, "kick 2d", over(pass.particles.count), inverse ? kickKernel<true, Storage> : kickKernel<false, Storage>, pass);
}

template <class Storage>
void kickBar2d(cudaStream_t stream, const KickPass<Storage>& pass, bool inverse, std::int64_t* grid) {
  clearPotentialBar(stream, pass, grid);
  launch(stream, "kick adjoint 2d", blocks(pass.partials.chunks, sumsShared(kKickSums)),
         inverse ? kickBarKernel<true, Storage> : kickBarKernel<false, Storage>, pass, grid);
  combineInto(stream, pass, &pass.scalars->gather);
}

template <class Storage>
void depositBar2d(cudaStream_t stream, const KickPass<Storage>& pass) {
  launch(stream, "deposit adjoint 2d", blocks(pass.partials.chunks, sumsShared(kKickSums)), depositBarKernel<Storage>, pass);
  combineInto(stream, pass, &pass.scalars->deposit);
}

template void deposit2d(cudaStream_t, const KickPass<F64>&, std::int64_t*, bool);
template void kick2d(cudaStream_t, const KickPass<F64>&, bool);
template void kickBar2d(cudaStream_t, const KickPass<F64>&, bool, std::int64_t*);
template void depositBar2d(cudaStream_t, const KickPass<F64>&);
template void deposit2d(cudaStream_t, const KickPass<F32>&, std::int64_t*, bool);
template void kick2d(cudaStream_t, const KickPass<F32>&, bool);
template void kickBar2d(cudaStream_t, const KickPass<F32>&, bool, std::int64_t*);
template void depositBar2d(cudaStream_t, const KickPass<F32>&);

}  // namespace unkick::cuda
