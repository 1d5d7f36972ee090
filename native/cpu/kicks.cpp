#include "kicks.h"

#include "kick_cells.h"

namespace unkick {

namespace {

template <class Storage>
__attribute__((noinline, cold)) void diagnose(const KickPass<Storage>& pass, const Pack* increment, std::int64_t first) {
  const Particles<Storage>& p = pass.particles;
  for (int lane = 0; lane < Pack::lanes && first + lane < p.count; ++lane) {
    Phase<double> before, after;
    for (int c = 0; c < kCoordinates; ++c) before[c] = after[c] = p.z[c].at(first + lane);
    for (int d = 0; d < 3; ++d) after[momentumOf(d)] += increment[d][lane];
    Fault fault;
    fault.step = pass.step;
    fault.particle = first + lane;
    if (rangeFault(before, after, pass.quanta, fault)) return pass.faults->report(fault);
  }
}

// Adds or takes away the snapped momentum increment of the pack at i.
template <bool inverse, class Storage>
UNKICK_HD void applyKick(const KickPass<Storage>& pass, const Pack* slope, const double* factor, std::int64_t i) {
  Pack increment[3];
  PackMask fault = {};
  Pack after[3];
  for (int d = 0; d < 3; ++d) {
    const int c = momentumOf(d);
    increment[d] = factor[d] * slope[d];
    const Pack step = snap(increment[d], pass.quanta.magic[c]);
    const Pack before = pass.particles.z[c].load(i);
    after[d] = inverse ? before - step : before + step;
    if (!inverse) {
      fault = fault | outside(step, pass.quanta.incrementBound[c]) | outside(after[d], pass.quanta.coordinateBound[c]);
    }
  }
  if (!inverse && __builtin_expect(fault.any(), 0)) diagnose(pass, increment, i);
  for (int d = 0; d < 3; ++d) pass.particles.z[momentumOf(d)].store(after[d], i);
}

// What macroparticles find at their places.
struct Gathered {
  Pack lane[kNodeLanes];
  Pack fBar[3];  // gradient of weight . lanes by the fractions
};

// Four macroparticles of a pack. weight: [kNodeLanes], for the gradient. All interpolation is linear, axis by axis:
// a + f (b - a), whose differences the gradient needs as well.
template <bool gradient, int part, class Real>
UNKICK_HD void gatherPart(const Real* nodes, std::int64_t row, std::int64_t plane, const Cells& cells, const Pack* weight, Gathered& out) {
  Double4 value[4], own[4], byX[4], byY[4], byZ[4];
  if (gradient) {
    for (int l = 0; l < kNodeLanes; ++l) own[l] = half<part>(weight[l]);
    transpose(own);
  }
  UNKICK_UNROLL
  for (int p = 0; p < 4; ++p) {
    const int at = 4 * part + p;
    const double fx = cells.fraction[0][at], fy = cells.fraction[1][at], fz = cells.fraction[2][at];
    const Real* corner = nodes + kNodeLanes * cells.corner[at];
    const Double8 below = loadEight(corner), above = loadEight(corner + kNodeLanes * plane);
    const Double8 stepBelow = loadEight(corner + kNodeLanes * row) - below;
    const Double8 stepAbove = loadEight(corner + kNodeLanes * (plane + row)) - above;
    const Double8 start = below + fy * stepBelow, stepZ = (above + fy * stepAbove) - start;
    const Double8 both = start + fz * stepZ;
    const Double4 stepX = both.high - both.low;
    value[p] = both.low + fx * stepX;
    if (!gradient) continue;
    const Double4 far = fx * own[p], near = own[p] - far;
    const Double8 stepY = stepBelow + fz * (stepAbove - stepBelow);
    byX[p] = own[p] * stepX;
    byY[p] = near * stepY.low + far * stepY.high;
    byZ[p] = near * stepZ.low + far * stepZ.high;
  }
  transpose(value);
  for (int l = 0; l < kNodeLanes; ++l) (part == 0 ? out.lane[l].low : out.lane[l].high) = value[l];
  if (!gradient) return;
  const Double4 fBar[3] = {sumEach(byX), sumEach(byY), sumEach(byZ)};
  for (int d = 0; d < 3; ++d) (part == 0 ? out.fBar[d].low : out.fBar[d].high) = fBar[d];
}

// Zeros for what is off the grid.
template <bool gradient, class Storage>
UNKICK_HD Gathered gather(const KickPass<Storage>& pass, const Placed& placed, const Cells& cells, const Pack* weight) {
  const std::int64_t row = pass.shape.n[0], plane = row * pass.shape.n[1];
  Gathered out;
  gatherPart<gradient, 0>(pass.nodes, row, plane, cells, weight, out);
  gatherPart<gradient, 1>(pass.nodes, row, plane, cells, weight, out);
  for (Pack& lane : out.lane) lane = select(placed.inside, lane, Pack::all(0));
  if (gradient) {
    for (Pack& bar : out.fBar) bar = select(placed.inside, bar, Pack::all(0));
  }
  return out;
}

template <bool inverse, class Storage>
UNKICK_HD void kick(const KickPass<Storage>& pass, std::int64_t index) {
  const Chunk chunk = chunkAt(pass.particles, index);
  double factor[3];
  kickFactors(pass.geometry, factor);
  const Locator<Storage> locator(pass, 0);
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    Cells cells;
    const Placed placed = locator.at(i, cells);
    const Gathered found = gather<false>(pass, placed, cells, nullptr);
    applyKick<inverse>(pass, found.lane, factor, i);
  }
}

// Fourteen arrays are more than the processor follows by itself: 13.5 -> 12.4 ns per macroparticle on one thread of an AMD
// EPYC, 1e6 on 64^3. Beyond the last macroparticle it does nothing.
constexpr std::int64_t kAhead = 96;
template <class Storage>
UNKICK_HD void prefetch(const Particles<Storage>& p, std::int64_t i) {
  for (int c = 0; c < kCoordinates; ++c) {
    __builtin_prefetch(p.z[c].data + i, 1);
    __builtin_prefetch(p.zBar[c] + i, 1);
  }
  __builtin_prefetch(p.charge + i);
  __builtin_prefetch(p.chargeBar + i, 1);
}

// xiBar of a pack onto the position cotangents and into the sums that the grid's cotangents need.
template <class Storage>
UNKICK_HD void addNodeBar(const KickPass<Storage>& pass, const Pack* xiBar, const Placed& placed, Pack* nodeBar, Pack* spreadBar,
                          std::int64_t i) {
  const KickGeometry& g = pass.geometry;
  for (int d = 0; d < 3; ++d) {
    typename Storage::Real* target = pass.particles.zBar[positionOf(d)] + i;
    const double perMetre = d == 2 ? -g.beta * g.inverseCell[d] : g.inverseCell[d];
    (Pack::load(target) + perMetre * xiBar[d]).store(target);
    nodeBar[d] = nodeBar[d] + xiBar[d];
    spreadBar[d] = spreadBar[d] + xiBar[d] * placed.xi[d];
  }
}

}  // namespace

template <class Storage>
UNKICK_CLONES void kickChunk(const KickPass<Storage>& pass, bool inverse, std::int64_t index) {
  inverse ? kick<true>(pass, index) : kick<false>(pass, index);
}

template <class Storage>
UNKICK_CLONES void kickBarChunk(const KickPass<Storage>& pass, bool inverse, std::int64_t index) {
  const Particles<Storage>& p = pass.particles;
  const Chunk chunk = chunkAt(p, index);
  double factor[3];
  kickFactors(pass.geometry, factor);
  Pack work[3], nodeBar[3], spreadBar[3], potential = Pack::all(0);
  for (int d = 0; d < 3; ++d) work[d] = nodeBar[d] = spreadBar[d] = potential;
  const Locator<Storage> locator(pass, 0);

  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    prefetch(p, i + kAhead);
    Cells cells;
    const Placed placed = locator.at(i, cells);
    Pack momentumBar[3], weight[kNodeLanes];
    for (int d = 0; d < 3; ++d) {
      momentumBar[d] = Pack::load(p.zBar[momentumOf(d)] + i);
      weight[d] = momentumBar[d] * factor[d];
    }
    weight[kChargeLane] = Pack::load(p.charge + i);
    const Gathered found = gather<true>(pass, placed, cells, weight);
    for (int d = 0; d < 3; ++d) work[d] = work[d] + momentumBar[d] * found.lane[d];
    const Pack lambda = found.lane[kChargeLane];
    (Pack::load(p.chargeBar + i) + lambda).store(p.chargeBar + i);
    potential = potential + liveCharge(weight[kChargeLane]) * lambda;
    addNodeBar(pass, found.fBar, placed, nodeBar, spreadBar, i);
    if (inverse) applyKick<true>(pass, found.lane, factor, i);
  }
  KickSums sums = {};
  for (int d = 0; d < 3; ++d) {
    sums.work[d] = -0.5 * pass.geometry.inverseCell[d] * sumLanes(work[d]);
    sums.nodeBar[d] = sumLanes(nodeBar[d]);
    sums.spreadBar[d] = sumLanes(spreadBar[d]);
  }
  sums.potential = sumLanes(potential);
  memcpy(pass.partials.sumsOf(index), &sums, sizeof sums);
}

template void kickChunk(const KickPass<F64>&, bool, std::int64_t);
template void kickBarChunk(const KickPass<F64>&, bool, std::int64_t);
template void kickChunk(const KickPass<F32>&, bool, std::int64_t);
template void kickBarChunk(const KickPass<F32>&, bool, std::int64_t);

}  // namespace unkick
