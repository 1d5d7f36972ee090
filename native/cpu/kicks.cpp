#include "kicks.h"

#include "node_vectors.h"
#include "survivors.h"

namespace unkick {

namespace {

// Where the macroparticles of a pack are, lane by lane in memory. One that is off the grid has corner and fractions 0, and
// must come with weights of 0.
struct Cells {
  std::int64_t corner[Pack::lanes];  // node (i, j, k), counted from the window's first
  double fraction[3][Pack::lanes];
};

UNKICK_HD void storeIntegers(Pack a, std::int64_t* p) {
  const Int4 low = roundToIntegers(a.low), high = roundToIntegers(a.high);
  memcpy(p, &low, sizeof low);
  memcpy(p + 4, &high, sizeof high);
}

template <class Storage>
UNKICK_HD GridPoint<Pack> locatePack(const KickPass<Storage>& pass, std::int64_t i) {
  const auto& z = pass.particles.z;
  GridPoint<Pack> point = locate(pass.geometry, pass.shape.n, z[X].load(i), z[Y].load(i), z[TAU].load(i));
  if (pass.particles.lost) point.inside = point.inside & negate(negativeSign(Pack::load(pass.particles.charge + i)));
  const Pack none = Pack::all(0);
  for (int d = 0; d < 3; ++d) {
    point.cell[d] = select(point.inside, point.cell[d], none);
    point.fraction[d] = select(point.inside, point.fraction[d], none);
  }
  return point;
}

template <class Storage>
UNKICK_HD Cells cellsOf(const KickPass<Storage>& pass, const GridPoint<Pack>& point, int firstPlane) {
  Cells cells;
  const double row = pass.shape.n[0], plane = row * pass.shape.n[1];
  const Pack corner = (point.cell[2] - firstPlane) * plane + (point.cell[1] * row + point.cell[0]);
  storeIntegers(select(point.inside, corner, Pack::all(0)), cells.corner);
  for (int d = 0; d < 3; ++d) point.fraction[d].store(cells.fraction[d]);
  return cells;
}

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

constexpr std::int64_t kAhead = 96;
// --- scatter ----------------------------------------------------------------------------------------------

template <int n>
UNKICK_HD Double4 half(const Pack& a) { return n == 0 ? a.low : a.high; }

// What a macroparticle adds to a lane, before it is shared out among its nodes.
template <class Storage>
UNKICK_HD Pack addend(const KickPass<Storage>& pass, const double* factor, int lane, std::int64_t i) {
  const Particles<Storage>& p = pass.particles;
  if (lane == kChargeLane) return liveCharge(Pack::load(p.charge + i)) * pass.chargeScale;
  return Pack::load(p.zBar[momentumOf(lane)] + i) * (factor[lane] * pass.slopeBarScale);
}

// Four macroparticles of a pack.
template <int lanes, int part>
UNKICK_HD void scatterPart(const Pack* near, const Pack* far, const Cells& cells, const double (*weight)[Pack::lanes], std::int64_t row,
                           std::int64_t plane, std::int64_t* nodes) {
  Double4 nearHalf[lanes], farHalf[lanes];
  for (int l = 0; l < lanes; ++l) {
    nearHalf[l] = half<part>(near[l]);
    farHalf[l] = half<part>(far[l]);
  }
  typename VectorOf<2 * lanes>::Reals pair[4];
  pairNodes(nearHalf, farHalf, pair);
  UNKICK_UNROLL
  for (int p = 0; p < 4; ++p) {
    const int at = 4 * part + p;
    std::int64_t* corner = nodes + lanes * cells.corner[at];
    addRounded<2 * lanes>(corner, weight[0][at] * pair[p]);
    addRounded<2 * lanes>(corner + lanes * row, weight[1][at] * pair[p]);
    addRounded<2 * lanes>(corner + lanes * plane, weight[2][at] * pair[p]);
    addRounded<2 * lanes>(corner + lanes * (plane + row), weight[3][at] * pair[p]);
  }
}

template <int lanes, int first, class Storage>
UNKICK_HD std::int64_t scatter(const KickPass<Storage>& pass, const NodeWindow& window, std::int64_t index) {
  const Chunk chunk = chunkAt(pass.particles, index);
  const std::int64_t row = pass.shape.n[0], plane = row * pass.shape.n[1];
  double factor[3];
  kickFactors(pass.geometry, factor);
  Int4 left = {};
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    const GridPoint<Pack> point = locatePack(pass, i);
    const Cells cells = cellsOf(pass, point, window.first);
    const Pack *f = point.fraction, none = Pack::all(0);
    double weight[4][Pack::lanes];  // along y and z
    ((1.0 - f[1]) * (1.0 - f[2])).store(weight[0]);
    (f[1] * (1.0 - f[2])).store(weight[1]);
    ((1.0 - f[1]) * f[2]).store(weight[2]);
    (f[1] * f[2]).store(weight[3]);
    Pack near[lanes], far[lanes];
    for (int l = 0; l < lanes; ++l) {
      const Pack all = addend(pass, factor, first + l, i), own = select(point.inside, all, none);
      near[l] = own * (1.0 - f[0]);
      far[l] = own * f[0];
      if (first + l == kChargeLane) {
        const Pack off = select(point.inside, none, all);
        left += roundToIntegers(off.low) + roundToIntegers(off.high);
      }
    }
    scatterPart<lanes, 0>(near, far, cells, weight, row, plane, window.data);
    scatterPart<lanes, 1>(near, far, cells, weight, row, plane, window.data);
  }
  return (left[0] + left[1]) + (left[2] + left[3]);
}

// --- gather -----------------------------------------------------------------------------------------------

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
    const Double4 stepX = highHalf(both) - lowHalf(both);
    value[p] = lowHalf(both) + fx * stepX;
    if (!gradient) continue;
    const Double4 far = fx * own[p], near = own[p] - far;
    const Double8 stepY = stepBelow + fz * (stepAbove - stepBelow);
    byX[p] = own[p] * stepX;
    byY[p] = near * lowHalf(stepY) + far * highHalf(stepY);
    byZ[p] = near * lowHalf(stepZ) + far * highHalf(stepZ);
  }
  transpose(value);
  for (int l = 0; l < kNodeLanes; ++l) (part == 0 ? out.lane[l].low : out.lane[l].high) = value[l];
  if (!gradient) return;
  const Double4 fBar[3] = {sumEach(byX), sumEach(byY), sumEach(byZ)};
  for (int d = 0; d < 3; ++d) (part == 0 ? out.fBar[d].low : out.fBar[d].high) = fBar[d];
}

// Zeros for what is off the grid.
template <bool gradient, class Storage>
UNKICK_HD Gathered gather(const KickPass<Storage>& pass, const GridPoint<Pack>& point, const Pack* weight) {
  const std::int64_t row = pass.shape.n[0], plane = row * pass.shape.n[1];
  const Cells cells = cellsOf(pass, point, 0);
  Gathered out;
  gatherPart<gradient, 0>(pass.nodes, row, plane, cells, weight, out);
  gatherPart<gradient, 1>(pass.nodes, row, plane, cells, weight, out);
  for (Pack& lane : out.lane) lane = select(point.inside, lane, Pack::all(0));
  if (gradient) {
    for (Pack& bar : out.fBar) bar = select(point.inside, bar, Pack::all(0));
  }
  return out;
}

template <bool inverse, class Storage>
UNKICK_HD void kick(const KickPass<Storage>& pass, std::int64_t index) {
  const Chunk chunk = chunkAt(pass.particles, index);
  double factor[3];
  kickFactors(pass.geometry, factor);
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    const Gathered found = gather<false>(pass, locatePack(pass, i), nullptr);
    applyKick<inverse>(pass, found.lane, factor, i);
  }
}

// xiBar of a pack onto the position cotangents and into the sums that the grid's cotangents need.
template <class Storage>
UNKICK_HD void addNodeBar(const KickPass<Storage>& pass, const Pack* xiBar, const GridPoint<Pack>& point, Pack* nodeBar, Pack* spreadBar,
                          std::int64_t i) {
  const KickGeometry& g = pass.geometry;
  for (int d = 0; d < 3; ++d) {
    typename Storage::Real* target = pass.particles.zBar[positionOf(d)] + i;
    const double perMetre = d == 2 ? -g.beta * g.inverseCell[d] : g.inverseCell[d];
    (Pack::load(target) + perMetre * xiBar[d]).store(target);
    nodeBar[d] = nodeBar[d] + xiBar[d];
    spreadBar[d] = spreadBar[d] + xiBar[d] * point.xi[d];
  }
}

}  // namespace

template <class Storage>
UNKICK_CLONES NodeWindow windowOfChunk(const KickPass<Storage>& pass, std::int64_t index) {
  const Chunk chunk = chunkAt(pass.particles, index);
  const auto& tau = pass.particles.z[TAU];
  constexpr double kFar = 1e300;
  Pack least = Pack::all(kFar), most = Pack::all(-kFar);
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    const Pack here = tau.load(i);
    least = select(least > here, here, least);
    most = select(here > most, here, most);
  }
  // As `locate` has it: rounding keeps the order, so what lies between the extremes lies between their planes.
  // What is no number is off the grid, and does not count.
  const KickGeometry& g = pass.geometry;
  const auto planeOf = [&](double at) {
    const double xi = (-g.beta * at - g.centre[2] + g.half[2]) * g.inverseCell[2], last = pass.shape.n[2] - 2;
    return xi > 0 ? static_cast<int>(xi < last ? xi : last) : 0;
  };
  NodeWindow window;
  window.first = planeOf(largestLane(most));
  window.last = std::max(window.first, planeOf(-largestLane(-least))) + 1;
  return window;
}

template <int lanes, int first, class Storage>
UNKICK_CLONES std::int64_t scatterChunk(const KickPass<Storage>& pass, const NodeWindow& window, std::int64_t chunk) {
  return scatter<lanes, first>(pass, window, chunk);
}

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

  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    const std::int64_t ahead = i + kAhead;
    for (int c = 0; c < 6; ++c) { __builtin_prefetch(p.z[c].data + ahead, 1); __builtin_prefetch(p.zBar[c] + ahead, 1); }
    __builtin_prefetch(p.charge + ahead); __builtin_prefetch(p.chargeBar + ahead, 1);
    const GridPoint<Pack> point = locatePack(pass, i);
    Pack momentumBar[3], weight[kNodeLanes];
    for (int d = 0; d < 3; ++d) {
      momentumBar[d] = Pack::load(p.zBar[momentumOf(d)] + i);
      weight[d] = momentumBar[d] * factor[d];
    }
    weight[kChargeLane] = Pack::load(p.charge + i);
    const Gathered found = gather<true>(pass, point, weight);
    for (int d = 0; d < 3; ++d) work[d] = work[d] + momentumBar[d] * found.lane[d];
    const Pack lambda = found.lane[kChargeLane];
    (Pack::load(p.chargeBar + i) + lambda).store(p.chargeBar + i);
    potential = potential + liveCharge(weight[kChargeLane]) * lambda;
    addNodeBar(pass, found.fBar, point, nodeBar, spreadBar, i);
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

#define UNKICK_KICKS(Storage)                                                                                    \
  template NodeWindow windowOfChunk(const KickPass<Storage>&, std::int64_t);                                     \
  template std::int64_t scatterChunk<1, kChargeLane>(const KickPass<Storage>&, const NodeWindow&, std::int64_t); \
  template std::int64_t scatterChunk<2, 0>(const KickPass<Storage>&, const NodeWindow&, std::int64_t);           \
  template std::int64_t scatterChunk<2, 2>(const KickPass<Storage>&, const NodeWindow&, std::int64_t);           \
  template std::int64_t scatterChunk<4, 0>(const KickPass<Storage>&, const NodeWindow&, std::int64_t);           \
  template void kickChunk(const KickPass<Storage>&, bool, std::int64_t);                                         \
  template void kickBarChunk(const KickPass<Storage>&, bool, std::int64_t);
UNKICK_KICKS(F64)
UNKICK_KICKS(F32)
#undef UNKICK_KICKS

}  // namespace unkick
