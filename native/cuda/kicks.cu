#include "kicks.h"

#include "kick_passes.h"
#include "stencil_rows.h"
#include "survivors.h"

namespace unkick::cuda {

namespace {

template <class Storage>
__device__ __forceinline__ GridPoint<double> locateParticle(const KickPass<Storage>& pass, const KickGeometry& g, std::int64_t i) {
  const Particles<Storage>& p = pass.particles;
  GridPoint<double> point = locate(g, pass.shape.n, p.at(X, i), p.at(Y, i), p.at(TAU, i));
  if (p.lost && p.lost[i] != kAlive) point.inside = false;  // a kick knows nothing of the lost
  return point;
}

// Node (i-1, j-1, k-1) of a ghosted grid. For particles inside: elsewhere a cell may be no number.
__device__ __forceinline__ std::int64_t cornerOf(const GridShape& shape, const GridPoint<double>& point) {
  return shape.ghostAt(static_cast<int>(point.cell[0]) - 1, static_cast<int>(point.cell[1]) - 1, static_cast<int>(point.cell[2]) - 1);
}

template <class Storage>
__global__ void __launch_bounds__(kBlock) depositKernel(KickPass<Storage> pass, std::int64_t* grid, bool report) {
  const std::int64_t i = threadNumber();
  if (i >= pass.particles.count) return;
  const KickGeometry g = pass.scalars->geometry;
  const GridPoint<double> point = locateParticle(pass, g, i);
  const double q = liveCharge(pass.particles.charge[i]) * pass.chargeScale;
  if (!point.inside) {
    if (report) addTo(&pass.scalars->outsideCharge, q);
    return;
  }
  const double fx = point.fraction[0], fy = point.fraction[1], fz = point.fraction[2];
  const double weights[4] = {(1.0 - fy) * (1.0 - fx), (1.0 - fy) * fx, fy * (1.0 - fx), fy * fx};
  const std::int64_t row = pass.shape.n[0], plane = row * pass.shape.n[1];
  const std::int64_t offset[4] = {0, 1, row, row + 1};
  std::int64_t* node = grid + pass.shape.at(static_cast<int>(point.cell[0]), static_cast<int>(point.cell[1]),
                                            static_cast<int>(point.cell[2]));
  for (int c = 0; c < 2; ++c) {
    const double share = c == 0 ? q * (1.0 - fz) : q * fz;
    for (int n = 0; n < 4; ++n) addTo(node + c * plane + offset[n], share * weights[n]);
  }
}

template <bool inverse, class Storage>
__global__ void __launch_bounds__(kBlock) kickKernel(KickPass<Storage> pass) {
  const std::int64_t i = threadNumber();
  if (i >= pass.particles.count) return;
  const KickGeometry g = pass.scalars->geometry;
  const GridPoint<double> point = locateParticle(pass, g, i);
  double factor[3], slope[3] = {0, 0, 0};
  kickFactors(g, factor);
  if (point.inside) {
    rowSlopes(pass.potential + cornerOf(pass.shape, point), pass.shape.ghostRow(), pass.shape.ghostPlane(), point.fraction, slope);
  }
  applyKick<inverse, 3>(pass, slope, factor, i);
}

// Position cotangents of one particle, and what the grid's cotangents need of it.
template <class Storage>
__device__ __forceinline__ void addNodeBar(const KickPass<Storage>& pass, const KickGeometry& g, const double* xiBar,
                                           const GridPoint<double>& point, KickSums& sums, std::int64_t i) {
  for (int d = 0; d < 3; ++d) {
    const double perMetre = d == 2 ? -g.beta * g.inverseCell[d] : g.inverseCell[d];
    pass.particles.setBar(positionOf(d), i, pass.particles.barAt(positionOf(d), i) + perMetre * xiBar[d]);
    sums.nodeBar[d] = sums.nodeBar[d] + xiBar[d];
    sums.spreadBar[d] = sums.spreadBar[d] + xiBar[d] * point.xi[d];
  }
}

// Cotangents of the 2h-scaled slopes at particle i.
template <class Storage>
__device__ __forceinline__ void slopesBar(const Particles<Storage>& p, const double* factor, std::int64_t i, double* e) {
  for (int d = 0; d < 3; ++d) e[d] = p.barAt(momentumOf(d), i) * factor[d];
}

template <class Storage>
__global__ void __launch_bounds__(kBlock) scatterKernel(KickPass<Storage> pass, std::int64_t* grid) {
  const std::int64_t i = threadNumber();
  if (i >= pass.particles.count) return;
  const KickGeometry g = pass.scalars->geometry;
  const GridPoint<double> point = locateParticle(pass, g, i);
  if (!point.inside) return;
  const double scale = potentialBarScale(*pass.scalars, pass.particles.count);
  double factor[3], e[3];
  kickFactors(g, factor);
  slopesBar(pass.particles, factor, i, e);
  for (int d = 0; d < 3; ++d) e[d] = e[d] * scale;
  std::int64_t* corner = grid + cornerOf(pass.shape, point);
  scatterSlopes<PlainRow>(pass.shape.ghostRow(), pass.shape.ghostPlane(), point.fraction, e,
                          [&](std::int64_t offset, const PlainRow& r) {
                            for (int n = 0; n < 4; ++n) addTo(corner + offset + n, r.v[n]);
                          });
}

template <bool inverse, class Storage>
__global__ void __launch_bounds__(kBlock, 2) kickBarKernel(KickPass<Storage> pass) {
  const Particles<Storage>& p = pass.particles;
  const KickGeometry& g = pass.scalars->geometry;  // read where used: a copy would take registers all along
  KickSums sums = {};
  for (std::int64_t i = p.chunkBegin(blockIdx.x) + threadIdx.x; i < p.chunkEnd(blockIdx.x); i += kBlock) {
    const GridPoint<double> point = locateParticle(pass, g, i);
    double factor[3], slope[3] = {0, 0, 0}, e[3];
    kickFactors(g, factor);
    slopesBar(p, factor, i, e);
    if (point.inside) {
      double xiBar[3];
      rowSlopesAndBar(pass.potential + cornerOf(pass.shape, point), pass.shape.ghostRow(), pass.shape.ghostPlane(), point.fraction,
                      slope, e, xiBar);
      addNodeBar(pass, g, xiBar, point, sums, i);
    }
    for (int d = 0; d < 3; ++d) {
      sums.work[d] = sums.work[d] + p.barAt(momentumOf(d), i) * (-0.5 * g.inverseCell[d] * slope[d]);
    }
    if (inverse) applyKick<true, 3>(pass, slope, factor, i);
  }
  writeKickSums(pass, sums);
}

template <class Storage>
__global__ void __launch_bounds__(kBlock) depositBarKernel(KickPass<Storage> pass) {
  const Particles<Storage>& p = pass.particles;
  const KickGeometry g = pass.scalars->geometry;
  KickSums sums = {};
  for (std::int64_t i = p.chunkBegin(blockIdx.x) + threadIdx.x; i < p.chunkEnd(blockIdx.x); i += kBlock) {
    const GridPoint<double> point = locateParticle(pass, g, i);
    if (!point.inside) continue;
    const double q = p.charge[i];
    double gathered[4];
    interpolate<PlainRow>(pass.potential + cornerOf(pass.shape, point), pass.shape.ghostRow(), pass.shape.ghostPlane(),
                          point.fraction, gathered);
    const double lambda = gathered[3];
    p.setChargeBar(i, p.chargeBarAt(i) + lambda);
    sums.potential = sums.potential + q * lambda;
    const double xiBar[3] = {q * gathered[0], q * gathered[1], q * gathered[2]};
    addNodeBar(pass, g, xiBar, point, sums, i);
  }
  writeKickSums(pass, sums);
}

}  // namespace

template <class Storage>
void deposit(cudaStream_t stream, const KickPass<Storage>& pass, std::int64_t* grid, bool report) {
  clearChargeGrid(stream, pass, grid, report);
  launch(stream, "deposit", over(pass.particles.count), depositKernel<Storage>, pass, grid, report);
}

template <class Storage>
void kick(cudaStream_t stream, const KickPass<Storage>& pass, bool inverse) {
  launch(stream, "kick", over(pass.particles.count), inverse ? kickKernel<true, Storage> : kickKernel<false, Storage>, pass);
}

template <class Storage>
void kickBar(cudaStream_t stream, const KickPass<Storage>& pass, bool inverse, std::int64_t* grid) {
  clearPotentialBar(stream, pass, grid);
  launch(stream, "scatter cotangents", over(pass.particles.count), scatterKernel<Storage>, pass, grid);
  launch(stream, "kick adjoint", blocks(pass.partials.chunks, sumsShared(kKickSums)), inverse ? kickBarKernel<true, Storage> : kickBarKernel<false, Storage>,
         pass);
  combineInto(stream, pass, &pass.scalars->gather);
}

template <class Storage>
void depositBar(cudaStream_t stream, const KickPass<Storage>& pass) {
  launch(stream, "deposit adjoint", blocks(pass.partials.chunks, sumsShared(kKickSums)), depositBarKernel<Storage>, pass);
  combineInto(stream, pass, &pass.scalars->deposit);
}

template void deposit(cudaStream_t, const KickPass<F64>&, std::int64_t*, bool);
template void kick(cudaStream_t, const KickPass<F64>&, bool);
template void kickBar(cudaStream_t, const KickPass<F64>&, bool, std::int64_t*);
template void depositBar(cudaStream_t, const KickPass<F64>&);
template void deposit(cudaStream_t, const KickPass<F32>&, std::int64_t*, bool);
template void kick(cudaStream_t, const KickPass<F32>&, bool);
template void kickBar(cudaStream_t, const KickPass<F32>&, bool, std::int64_t*);
template void depositBar(cudaStream_t, const KickPass<F32>&);

}  // namespace unkick::cuda
