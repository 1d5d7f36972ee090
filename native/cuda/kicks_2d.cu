#include "kicks_2d.h"

#include "../physics/field_stencil_2d.h"
#include "kick_passes.h"
#include "plane_ghosts.h"

namespace unkick::cuda {

namespace {

template <class Storage>
__device__ __forceinline__ PlanePoint locateInPlane(const KickPass<Storage>& pass, const KickGeometry& g, std::int64_t i) {
  const Particles<Storage>& p = pass.particles;
  PlanePoint point = unkick::locateInPlane(g, pass.shape.n, p.at(X, i), p.at(Y, i));
  if (p.lost && p.lost[i] != kAlive) point.inside = false;  // a kick knows nothing of the lost
  return point;
}

template <class Storage>
__global__ void __launch_bounds__(kBlock) depositKernel(KickPass<Storage> pass, std::int64_t* grid, bool report) {
  const std::int64_t i = threadNumber();
  if (i >= pass.particles.count) return;
  const KickGeometry& g = pass.scalars->geometry;
  const PlanePoint point = locateInPlane(pass, g, i);
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
  const PlanePoint point = locateInPlane(pass, g, i);
  if (!point.inside) return;
  double factor[3], slope[2];
  kickFactors(g, factor);
  planeSlopes<false>(pass.nodes + planeCorner(pass.shape, point), pass.shape.ghostRow(), point.fraction, slope);
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

template <class Storage>
__global__ void __launch_bounds__(kBlock) scatterKernel(KickPass<Storage> pass, std::int64_t* grid) {
  const std::int64_t i = threadNumber();
  if (i >= pass.particles.count) return;
  const KickGeometry& g = pass.scalars->geometry;
  const PlanePoint point = locateInPlane(pass, g, i);
  if (!point.inside) return;
  const double scale = slopeBarScale(*pass.scalars, pass.particles.count);
  double factor[3], e[2];
  kickFactors(g, factor);
  for (int d = 0; d < 2; ++d) e[d] = pass.particles.barAt(momentumOf(d), i) * (factor[d] * scale);
  std::int64_t* corner = grid + planeCorner(pass.shape, point);
  scatterPlaneSlopes(pass.shape.ghostRow(), point.fraction, e, [&](std::int64_t offset, double value) { addTo(corner + offset, value); });
}

template <bool inverse, class Storage>
__global__ void __launch_bounds__(kBlock) gatherBarKernel(KickPass<Storage> pass, const typename Storage::Real* chargeBar) {
  const Particles<Storage>& p = pass.particles;
  const KickGeometry& g = pass.scalars->geometry;
  const std::int64_t ghostRow = pass.shape.ghostRow();
  double factor[3];
  kickFactors(g, factor);
  KickSums sums = {};
  for (std::int64_t i = p.chunkBegin(blockIdx.x) + threadIdx.x; i < p.chunkEnd(blockIdx.x); i += kBlock) {
    const PlanePoint point = locateInPlane(pass, g, i);
    if (!point.inside) continue;
    double momentumBar[2], e[2], slope[2], xiBar[2], gathered[3];
    for (int d = 0; d < 2; ++d) {
      momentumBar[d] = p.barAt(momentumOf(d), i);
      e[d] = momentumBar[d] * factor[d];
    }
    planeSlopes<true>(pass.nodes + planeCorner(pass.shape, point), ghostRow, point.fraction, slope, e, xiBar);
    interpolateInPlane(chargeBar + pass.shape.at(point.cell[0], point.cell[1], 0), pass.shape.n[0], point.fraction, gathered);
    p.setChargeBar(i, p.chargeBarAt(i) + gathered[2]);
    for (int d = 0; d < 2; ++d) {
      sums.work[d] = sums.work[d] + momentumBar[d] * (-0.5 * g.inverseCell[d] * slope[d]);
      xiBar[d] = xiBar[d] + p.charge[i] * gathered[d];
    }
    addNodeBar(pass, g, xiBar, point, sums, i);
    if (inverse) applyKick<true, 2>(pass, slope, factor, i);
  }
  writeKickSums(pass, sums);
}

// Fixed point, as what transforms are made of.
template <class Real>
__global__ void __launch_bounds__(kBlock) widenKernel(const std::int64_t* sums, std::int64_t count, Real* grid) {
  const std::int64_t i = threadNumber();
  if (i < count) grid[i] = static_cast<Real>(sums[i]);
}

void clearGrid(cudaStream_t stream, std::int64_t* sums, std::int64_t count) {
  check(cudaMemsetAsync(sums, 0, count * sizeof(std::int64_t), stream), "clearing the nodes");
}

}  // namespace

template <class Storage>
void deposit2d(cudaStream_t stream, const KickPass<Storage>& pass, std::int64_t* sums, typename Storage::Real* charge, bool report) {
  const std::int64_t nodes = pass.shape.nodes();
  clearGrid(stream, sums, nodes);
  if (report) clearOutsideCharge(stream, pass);
  launch(stream, "deposit 2d", over(pass.particles.count), depositKernel<Storage>, pass, sums, report);
  launch(stream, "sum 2d", over(nodes), widenKernel<typename Storage::Real>, sums, nodes, charge);
}

template <class Storage>
void kick2d(cudaStream_t stream, const KickPass<Storage>& pass, bool inverse) {
  launch(stream, "kick 2d", over(pass.particles.count), inverse ? kickKernel<true, Storage> : kickKernel<false, Storage>, pass);
}

template <class Storage>
void scatterBar2d(cudaStream_t stream, const KickPass<Storage>& pass, std::int64_t* sums, typename Storage::Real* potentialBar) {
  clearGrid(stream, sums, pass.shape.ghostNodes());
  launch(stream, "scatter cotangents 2d", over(pass.particles.count), scatterKernel<Storage>, pass, sums);
  foldGhosts(stream, pass.shape, sums, potentialBar);
}

template <class Storage>
void gatherBar2d(cudaStream_t stream, const KickPass<Storage>& pass, bool inverse, const typename Storage::Real* chargeBar) {
  launch(stream, "kick adjoint 2d", blocks(pass.partials.chunks, sumsShared(kKickSums)),
         inverse ? gatherBarKernel<true, Storage> : gatherBarKernel<false, Storage>, pass, chargeBar);
  combineInto(stream, pass, &pass.scalars->kick);
}

template void deposit2d(cudaStream_t, const KickPass<F64>&, std::int64_t*, double*, bool);
template void kick2d(cudaStream_t, const KickPass<F64>&, bool);
template void scatterBar2d(cudaStream_t, const KickPass<F64>&, std::int64_t*, double*);
template void gatherBar2d(cudaStream_t, const KickPass<F64>&, bool, const double*);
template void deposit2d(cudaStream_t, const KickPass<F32>&, std::int64_t*, float*, bool);
template void kick2d(cudaStream_t, const KickPass<F32>&, bool);
template void scatterBar2d(cudaStream_t, const KickPass<F32>&, std::int64_t*, float*);
template void gatherBar2d(cudaStream_t, const KickPass<F32>&, bool, const float*);

}  // namespace unkick::cuda
