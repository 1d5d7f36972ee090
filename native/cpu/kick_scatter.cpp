#include "kick_cells.h"

namespace unkick {

namespace {

// What a macroparticle adds to a lane, before it is shared out among its nodes.
template <class Storage>
UNKICK_HD Pack addend(const KickPass<Storage>& pass, const double* factor, int lane, std::int64_t i) {
  const Particles<Storage>& p = pass.particles;
  if (lane == kChargeLane) return liveCharge(Pack::load(p.charge + i)) * pass.chargeScale;
  return Pack::load(p.zBar[momentumOf(lane)] + i) * (factor[lane] * pass.slopeBarScale);
}

// Four macroparticles of a pack. row, plane: nodes from one to the next. Two pairs of nodes are read before they are written:
// where planes are powers of two apart, the second looks to the processor as if it were the first, still on its way to memory.
template <int lanes, bool wide, int part>
UNKICK_HD void scatterPart(const Pack* near, const Pack* far, const Cells& cells, const double (*weight)[Pack::lanes], std::int64_t row,
                           std::int64_t plane, std::int64_t* nodes) {
  Double4 nearHalf[lanes], farHalf[lanes];
  for (int l = 0; l < lanes; ++l) {
    nearHalf[l] = half<part>(near[l]);
    farHalf[l] = half<part>(far[l]);
  }
  using Vectors = NodeVectors<2 * lanes, wide>;
  typename Vectors::Reals pair[4];
  pairNodes(nearHalf, farHalf, pair);
  UNKICK_UNROLL
  for (int p = 0; p < 4; ++p) {
    const int at = 4 * part + p;
    std::int64_t* corner = nodes + lanes * cells.corner[at];
    for (const int j : {0, 1}) {
      std::int64_t *below = corner + lanes * j * row, *above = below + lanes * plane;
      typename Vectors::Integers sumBelow, sumAbove;
      loadNodes(below, sumBelow);
      loadNodes(above, sumAbove);
      sumBelow += roundToIntegers(weight[j][at] * pair[p]);
      sumAbove += roundToIntegers(weight[2 + j][at] * pair[p]);
      storeNodes(sumBelow, below);
      storeNodes(sumAbove, above);
    }
  }
}

template <int lanes, int first, bool wide, class Storage>
UNKICK_HD std::int64_t scatter(const KickPass<Storage>& pass, const NodeWindow& window, std::int64_t index) {
  const Chunk chunk = chunkAt(pass.particles, index);
  const std::int64_t row = pass.shape.n[0], plane = row * pass.shape.n[1];
  double factor[3];
  kickFactors(pass.geometry, factor);
  const Locator<Storage> locator(pass, window.first);
  Int4 left = {};
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    Cells cells;
    const Placed placed = locator.at(i, cells);
    const Pack *f = placed.fraction, none = Pack::all(0);
    double weight[4][Pack::lanes];  // along y and z
    ((1.0 - f[1]) * (1.0 - f[2])).store(weight[0]);
    (f[1] * (1.0 - f[2])).store(weight[1]);
    ((1.0 - f[1]) * f[2]).store(weight[2]);
    (f[1] * f[2]).store(weight[3]);
    keepInMemory(weight);
    Pack near[lanes], far[lanes];
    for (int l = 0; l < lanes; ++l) {
      const Pack all = addend(pass, factor, first + l, i), own = select(placed.inside, all, none);
      near[l] = own * (1.0 - f[0]);
      far[l] = own * f[0];
      if (first + l == kChargeLane) {
        const Pack off = select(placed.inside, none, all);
        left += roundToIntegers(off.low) + roundToIntegers(off.high);
      }
    }
    scatterPart<lanes, wide, 0>(near, far, cells, weight, row, plane, window.data);
    scatterPart<lanes, wide, 1>(near, far, cells, weight, row, plane, window.data);
  }
  return (left[0] + left[1]) + (left[2] + left[3]);
}

template <int lanes, int first, class Storage>
UNKICK_CLONES std::int64_t scatterFours(const KickPass<Storage>& pass, const NodeWindow& window, std::int64_t chunk) {
  return scatter<lanes, first, false>(pass, window, chunk);
}

#ifdef UNKICK_WIDE
template <int lanes, int first, class Storage>
UNKICK_WIDE std::int64_t scatterEights(const KickPass<Storage>& pass, const NodeWindow& window, std::int64_t chunk) {
  return scatter<lanes, first, true>(pass, window, chunk);
}
#endif

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
std::int64_t scatterChunk(const KickPass<Storage>& pass, const NodeWindow& window, std::int64_t chunk) {
#ifdef UNKICK_WIDE
  if (lanes == kNodeLanes && hasWideRegisters()) return scatterEights<lanes, first>(pass, window, chunk);
#endif
  return scatterFours<lanes, first>(pass, window, chunk);
}

#define UNKICK_SCATTERS(Storage)                                                                                 \
  template NodeWindow windowOfChunk(const KickPass<Storage>&, std::int64_t);                                     \
  template std::int64_t scatterChunk<1, kChargeLane>(const KickPass<Storage>&, const NodeWindow&, std::int64_t); \
  template std::int64_t scatterChunk<2, 0>(const KickPass<Storage>&, const NodeWindow&, std::int64_t);           \
  template std::int64_t scatterChunk<2, 2>(const KickPass<Storage>&, const NodeWindow&, std::int64_t);           \
  template std::int64_t scatterChunk<4, 0>(const KickPass<Storage>&, const NodeWindow&, std::int64_t);
UNKICK_SCATTERS(F64)
UNKICK_SCATTERS(F32)
#undef UNKICK_SCATTERS

}  // namespace unkick
