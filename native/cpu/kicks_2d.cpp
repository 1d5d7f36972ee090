#include "kicks_2d.h"

#include "../physics/field_stencil_2d.h"
#include "survivors.h"

namespace unkick {

namespace {

// One macroparticle after the other: twelve nodes of a plane are no work for packs.

// The nearest integer of |v| < 2^51, by the rounding of an addition.
std::int64_t rounded(double v) {
  const double sum = v + 0x1.8p52;
  std::int64_t bits;
  memcpy(&bits, &sum, sizeof bits);
  return bits - std::int64_t(0x4338000000000000);  // bits of the addend
}

void addTo(const PlaneGrid& grid, std::int64_t node, double value) {
  if (grid.shared) {
    __atomic_fetch_add(grid.data + node, rounded(value), __ATOMIC_RELAXED);
  } else {
    grid.data[node] += rounded(value);
  }
}

template <class Storage>
PlanePoint locateAt(const KickPass<Storage>& pass, std::int64_t i) {
  const Particles<Storage>& p = pass.particles;
  PlanePoint point = locateInPlane(pass.geometry, pass.shape.n, p.z[X].at(i), p.z[Y].at(i));
  if (p.lost && p.lost[i] != kAlive) point.inside = false;  // a kick knows nothing of the lost
  return point;
}

// f(i) for the macroparticles of a chunk.
template <class Storage, class F>
void overChunk(const Particles<Storage>& p, std::int64_t index, F&& f) {
  const Chunk chunk = chunkAt(p, index);
  for (std::int64_t i = chunk.begin; i < std::min(chunk.end, p.count); ++i) f(i);
}

template <class Storage>
void diagnose(const KickPass<Storage>& pass, const Phase<double>& before, const Phase<double>& after, std::int64_t i) {
  Fault fault;
  fault.step = pass.step;
  fault.particle = i;
  if (rangeFault(before, after, pass.quanta, fault)) pass.faults->report(fault);
}

// Adds or takes away the snapped momentum increment; one that is out of range is a fault, and an integer may not hold it.
template <class Storage>
void applyKick(const KickPass<Storage>& pass, bool inverse, const double* slope, const double* factor, std::int64_t i) {
  Phase<double> before = {}, exact = {};  // what the kick leaves alone does not matter to a diagnosis
  double after[2];
  bool fault = false;
  for (int d = 0; d < 2; ++d) {
    const int c = momentumOf(d);
    const double increment = factor[d] * slope[d], step = snap(increment, pass.quanta.magic[c]);
    before[c] = pass.particles.z[c].at(i);
    exact[c] = before[c] + increment;
    after[d] = inverse ? before[c] - step : before[c] + step;
    if (!inverse) fault = fault || outside(step, pass.quanta.incrementBound[c]) || outside(after[d], pass.quanta.coordinateBound[c]);
  }
  if (fault) return diagnose(pass, before, exact, i);
  for (int d = 0; d < 2; ++d) pass.particles.z[momentumOf(d)].set(i, after[d]);
}

// xiBar onto the position cotangents and into the sums that the grid's cotangents need.
template <class Storage>
void addNodeBar(const KickPass<Storage>& pass, const double* xiBar, const PlanePoint& point, KickSums& sums, std::int64_t i) {
  using Real = typename Storage::Real;
  for (int d = 0; d < 2; ++d) {
    Real& target = pass.particles.zBar[positionOf(d)][i];
    target = static_cast<Real>(target + pass.geometry.inverseCell[d] * xiBar[d]);
    sums.nodeBar[d] += xiBar[d];
    sums.spreadBar[d] += xiBar[d] * point.xi[d];
  }
}

}  // namespace

template <class Storage>
std::int64_t depositChunk2d(const KickPass<Storage>& pass, const PlaneGrid& grid, std::int64_t chunk) {
  const std::int64_t row = pass.shape.n[0];
  std::int64_t left = 0;
  overChunk(pass.particles, chunk, [&](std::int64_t i) {
    const PlanePoint point = locateAt(pass, i);
    const double q = liveCharge(pass.particles.charge[i]) * pass.chargeScale;
    if (!point.inside) {
      left += rounded(q);
      return;
    }
    const double fx = point.fraction[0], fy = point.fraction[1], lower = q * (1.0 - fy), upper = q * fy;
    const std::int64_t node = pass.shape.at(point.cell[0], point.cell[1], 0);
    addTo(grid, node, lower * (1.0 - fx));
    addTo(grid, node + 1, lower * fx);
    addTo(grid, node + row, upper * (1.0 - fx));
    addTo(grid, node + row + 1, upper * fx);
  });
  return left;
}

template <class Storage>
void kickChunk2d(const KickPass<Storage>& pass, bool inverse, std::int64_t chunk) {
  double factor[3];
  kickFactors(pass.geometry, factor);
  overChunk(pass.particles, chunk, [&](std::int64_t i) {
    const PlanePoint point = locateAt(pass, i);
    if (!point.inside) return;
    double slope[2];
    planeSlopes<false>(pass.nodes + planeCorner(pass.shape, point), pass.shape.ghostRow(), point.fraction, slope);
    applyKick(pass, inverse, slope, factor, i);
  });
}

template <class Storage>
void scatterBarChunk2d(const KickPass<Storage>& pass, const PlaneGrid& grid, std::int64_t chunk) {
  double factor[3];
  kickFactors(pass.geometry, factor);
  overChunk(pass.particles, chunk, [&](std::int64_t i) {
    const PlanePoint point = locateAt(pass, i);
    if (!point.inside) return;
    double e[2];
    for (int d = 0; d < 2; ++d) e[d] = pass.particles.zBar[momentumOf(d)][i] * (factor[d] * pass.slopeBarScale);
    const std::int64_t corner = planeCorner(pass.shape, point);
    scatterPlaneSlopes(pass.shape.ghostRow(), point.fraction, e, [&](std::int64_t offset, double value) { addTo(grid, corner + offset, value); });
  });
}

template <class Storage>
void gatherBarChunk2d(const KickPass<Storage>& pass, const typename Storage::Real* chargeBar, bool inverse, std::int64_t chunk) {
  using Real = typename Storage::Real;
  const Particles<Storage>& p = pass.particles;
  double factor[3];
  kickFactors(pass.geometry, factor);
  KickSums sums = {};
  overChunk(p, chunk, [&](std::int64_t i) {
    const PlanePoint point = locateAt(pass, i);
    if (!point.inside) return;
    double momentumBar[2], e[2], slope[2], xiBar[2], gathered[3];
    for (int d = 0; d < 2; ++d) {
      momentumBar[d] = p.zBar[momentumOf(d)][i];
      e[d] = momentumBar[d] * factor[d];
    }
    planeSlopes<true>(pass.nodes + planeCorner(pass.shape, point), pass.shape.ghostRow(), point.fraction, slope, e, xiBar);
    interpolateInPlane(chargeBar + pass.shape.at(point.cell[0], point.cell[1], 0), pass.shape.n[0], point.fraction, gathered);
    p.chargeBar[i] = static_cast<Real>(p.chargeBar[i] + gathered[2]);
    for (int d = 0; d < 2; ++d) {
      sums.work[d] += momentumBar[d] * slope[d];
      xiBar[d] += p.charge[i] * gathered[d];
    }
    addNodeBar(pass, xiBar, point, sums, i);
    if (inverse) applyKick(pass, true, slope, factor, i);
  });
  for (int d = 0; d < 2; ++d) sums.work[d] *= -0.5 * pass.geometry.inverseCell[d];
  memcpy(pass.partials.sumsOf(chunk), &sums, sizeof sums);
}

template std::int64_t depositChunk2d(const KickPass<F64>&, const PlaneGrid&, std::int64_t);
template void kickChunk2d(const KickPass<F64>&, bool, std::int64_t);
template void scatterBarChunk2d(const KickPass<F64>&, const PlaneGrid&, std::int64_t);
template void gatherBarChunk2d(const KickPass<F64>&, const double*, bool, std::int64_t);
template std::int64_t depositChunk2d(const KickPass<F32>&, const PlaneGrid&, std::int64_t);
template void kickChunk2d(const KickPass<F32>&, bool, std::int64_t);
template void scatterBarChunk2d(const KickPass<F32>&, const PlaneGrid&, std::int64_t);
template void gatherBarChunk2d(const KickPass<F32>&, const float*, bool, std::int64_t);

}  // namespace unkick
