#include "kicks.h"

#include "survivors.h"

namespace unkick {

namespace {

// Nearest integers of |v| < 2^51 by the rounding of an addition; vectorises where a conversion to 64-bit
// integers would not.
UNKICK_HD Int4 roundToIntegers(SimdRow row) {
  constexpr double kMagic = 0x1.8p52;
  return (Int4)(row.v + kMagic) - std::int64_t(0x4338000000000000);  // bits of kMagic
}

template <bool atomic>
UNKICK_HD void addTo(std::int64_t* p, std::int64_t value) {
  if (atomic) {
    __atomic_fetch_add(p, value, __ATOMIC_RELAXED);
  } else {
    *p += value;
  }
}
template <bool atomic>
UNKICK_HD void addTo(std::int64_t* p, Int4 values) {
  if (atomic) {
    for (int n = 0; n < 4; ++n) addTo<true>(p + n, values[n]);
  } else {
    Int4 sum;
    memcpy(&sum, p, sizeof sum);
    sum += values;
    memcpy(p, &sum, sizeof sum);
  }
}

// Per-lane copies of a located pack, for the parts that go through memory lane by lane.
struct Lanes {
  double cell[3][Pack::lanes], fraction[3][Pack::lanes];
  std::int64_t inside[Pack::lanes];

  UNKICK_HD explicit Lanes(const GridPoint<Pack>& point) {
    for (int d = 0; d < 3; ++d) {
      point.cell[d].store(cell[d]);
      point.fraction[d].store(fraction[d]);
    }
    point.inside.store(inside);
  }
  UNKICK_HD int index(int axis, int lane) const { return static_cast<int>(cell[axis][lane]); }
  UNKICK_HD std::int64_t corner(const GridShape& shape, int lane) const {
    return shape.ghostAt(index(0, lane) - 1, index(1, lane) - 1, index(2, lane) - 1);
  }
};

template <class Storage>
UNKICK_HD GridPoint<Pack> locatePack(const KickPass<Storage>& pass, std::int64_t i) {
  const auto& z = pass.particles.z;
  GridPoint<Pack> point = locate(pass.geometry, pass.shape.n, z[X].load(i), z[Y].load(i), z[TAU].load(i));
  if (pass.particles.lost) point.inside = point.inside & negate(negativeSign(Pack::load(pass.particles.charge + i)));
  return point;
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
UNKICK_HD void applyKick(const KickPass<Storage>& pass, const double slope[3][Pack::lanes], const double* factor, std::int64_t i) {
  Pack increment[3];
  PackMask fault = {};
  Pack after[3];
  for (int d = 0; d < 3; ++d) {
    const int c = momentumOf(d);
    increment[d] = factor[d] * Pack::load(slope[d]);
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

template <class Storage>
UNKICK_HD void gatherSlopes(const KickPass<Storage>& pass, const Lanes& lanes, double slope[3][Pack::lanes]) {
  const std::int64_t row = pass.shape.ghostRow(), plane = pass.shape.ghostPlane();
  for (int lane = 0; lane < Pack::lanes; ++lane) {
    double s[3] = {0, 0, 0};
    if (lanes.inside[lane]) {
      const double f[3] = {lanes.fraction[0][lane], lanes.fraction[1][lane], lanes.fraction[2][lane]};
      potentialSlopes<false, SimdRow>(pass.potential + lanes.corner(pass.shape, lane), row, plane, f, s);
    }
    for (int d = 0; d < 3; ++d) slope[d][lane] = s[d];
  }
}

// xiBar of a pack onto the position cotangents and into the sums that the grid's cotangents need.
template <class Storage>
UNKICK_HD void addNodeBar(const KickPass<Storage>& pass, const double xiBar[3][Pack::lanes], const GridPoint<Pack>& point,
                          Pack* nodeBar, Pack* spreadBar, std::int64_t i) {
  const KickGeometry& g = pass.geometry;
  for (int d = 0; d < 3; ++d) {
    const Pack bar = Pack::load(xiBar[d]);
    typename Storage::Real* target = pass.particles.zBar[positionOf(d)] + i;
    const double perMetre = d == 2 ? -g.beta * g.inverseCell[d] : g.inverseCell[d];
    (Pack::load(target) + perMetre * bar).store(target);
    nodeBar[d] = nodeBar[d] + bar;
    spreadBar[d] = spreadBar[d] + bar * point.xi[d];
  }
}

template <bool atomic, class Storage>
UNKICK_HD std::int64_t deposit(const KickPass<Storage>& pass, std::int64_t* grid, std::int64_t index) {
  const Particles<Storage>& p = pass.particles;
  const Chunk chunk = chunkAt(p, index);
  const std::int64_t row = pass.shape.n[0], plane = std::int64_t(pass.shape.n[0]) * pass.shape.n[1];
  std::int64_t left = 0;
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    const Lanes lanes(locatePack(pass, i));
    for (int lane = 0; lane < Pack::lanes; ++lane) {
      const double q = liveCharge(p.charge[i + lane]) * pass.chargeScale;
      if (!lanes.inside[lane]) {
        left += roundToIntegers(SimdRow::of(q, 0, 0, 0))[0];
        continue;
      }
      const double fx = lanes.fraction[0][lane], fy = lanes.fraction[1][lane], fz = lanes.fraction[2][lane];
      const double near = q * (1.0 - fz), far = q * fz;
      const SimdRow weights = SimdRow::of((1.0 - fy) * (1.0 - fx), (1.0 - fy) * fx, fy * (1.0 - fx), fy * fx);
      std::int64_t* node = grid + pass.shape.at(lanes.index(0, lane), lanes.index(1, lane), lanes.index(2, lane));
      for (int c = 0; c < 2; ++c) {
        const Int4 whole = roundToIntegers((c == 0 ? near : far) * weights);
        addTo<atomic>(node + c * plane, whole[0]);
        addTo<atomic>(node + c * plane + 1, whole[1]);
        addTo<atomic>(node + c * plane + row, whole[2]);
        addTo<atomic>(node + c * plane + row + 1, whole[3]);
      }
    }
  }
  return left;
}

template <bool atomic, class Storage>
UNKICK_HD void kickBar(const KickPass<Storage>& pass, bool inverse, std::int64_t* grid, std::int64_t index) {
  const Particles<Storage>& p = pass.particles;
  const Chunk chunk = chunkAt(p, index);
  const std::int64_t row = pass.shape.ghostRow(), plane = pass.shape.ghostPlane();
  double factor[3];
  kickFactors(pass.geometry, factor);
  Pack work[3], nodeBar[3], spreadBar[3];
  for (int d = 0; d < 3; ++d) work[d] = nodeBar[d] = spreadBar[d] = Pack::all(0);

  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    const GridPoint<Pack> point = locatePack(pass, i);
    const Lanes lanes(point);
    Pack momentumBar[3];
    double slope[3][Pack::lanes], xiBar[3][Pack::lanes], e[3][Pack::lanes];
    for (int d = 0; d < 3; ++d) {
      momentumBar[d] = Pack::load(p.zBar[momentumOf(d)] + i);
      (momentumBar[d] * factor[d]).store(e[d]);
    }
    for (int lane = 0; lane < Pack::lanes; ++lane) {
      double s[3] = {0, 0, 0}, bar[3] = {0, 0, 0};
      if (lanes.inside[lane]) {
        const double f[3] = {lanes.fraction[0][lane], lanes.fraction[1][lane], lanes.fraction[2][lane]};
        const double weight[3] = {e[0][lane], e[1][lane], e[2][lane]};
        const std::int64_t corner = lanes.corner(pass.shape, lane);
        potentialSlopes<true, SimdRow>(pass.potential + corner, row, plane, f, s, weight, bar);
        const double scaled[3] = {weight[0] * pass.potentialBarScale, weight[1] * pass.potentialBarScale,
                                  weight[2] * pass.potentialBarScale};
        scatterSlopes<SimdRow>(row, plane, f, scaled, [&](std::int64_t offset, SimdRow r) __attribute__((always_inline)) {
          addTo<atomic>(grid + corner + offset, roundToIntegers(r));
        });
      }
      for (int d = 0; d < 3; ++d) {
        slope[d][lane] = s[d];
        xiBar[d][lane] = bar[d];
      }
    }
    for (int d = 0; d < 3; ++d) work[d] = work[d] + momentumBar[d] * Pack::load(slope[d]);
    addNodeBar(pass, xiBar, point, nodeBar, spreadBar, i);
    if (inverse) applyKick<true>(pass, slope, factor, i);
  }
  KickSums sums = {};
  for (int d = 0; d < 3; ++d) {
    sums.work[d] = -0.5 * pass.geometry.inverseCell[d] * sumLanes(work[d]);
    sums.nodeBar[d] = sumLanes(nodeBar[d]);
    sums.spreadBar[d] = sumLanes(spreadBar[d]);
  }
  memcpy(pass.partials.sumsOf(index), &sums, sizeof sums);
}

}  // namespace

template <class Storage>
UNKICK_CLONES std::int64_t depositChunk(const KickPass<Storage>& pass, std::int64_t* grid, std::int64_t chunk) {
  return pass.atomic ? deposit<true>(pass, grid, chunk) : deposit<false>(pass, grid, chunk);
}

template <class Storage>
UNKICK_CLONES void kickChunk(const KickPass<Storage>& pass, bool inverse, std::int64_t index) {
  const Chunk chunk = chunkAt(pass.particles, index);
  double factor[3];
  kickFactors(pass.geometry, factor);
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    const Lanes lanes(locatePack(pass, i));
    double slope[3][Pack::lanes];
    gatherSlopes(pass, lanes, slope);
    if (inverse) {
      applyKick<true>(pass, slope, factor, i);
    } else {
      applyKick<false>(pass, slope, factor, i);
    }
  }
}

template <class Storage>
UNKICK_CLONES void kickBarChunk(const KickPass<Storage>& pass, bool inverse, std::int64_t* grid, std::int64_t chunk) {
  pass.atomic ? kickBar<true>(pass, inverse, grid, chunk) : kickBar<false>(pass, inverse, grid, chunk);
}

template <class Storage>
UNKICK_CLONES void depositBarChunk(const KickPass<Storage>& pass, std::int64_t index) {
  const Particles<Storage>& p = pass.particles;
  const Chunk chunk = chunkAt(p, index);
  const std::int64_t row = pass.shape.ghostRow(), plane = pass.shape.ghostPlane();
  Pack nodeBar[3], spreadBar[3], potential = Pack::all(0);
  for (int d = 0; d < 3; ++d) nodeBar[d] = spreadBar[d] = Pack::all(0);

  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    const GridPoint<Pack> point = locatePack(pass, i);
    const Lanes lanes(point);
    double xiBar[3][Pack::lanes], lambda[Pack::lanes];
    for (int lane = 0; lane < Pack::lanes; ++lane) {
      double gathered[4] = {0, 0, 0, 0};
      if (lanes.inside[lane]) {
        const double f[3] = {lanes.fraction[0][lane], lanes.fraction[1][lane], lanes.fraction[2][lane]};
        interpolate<SimdRow>(pass.potential + lanes.corner(pass.shape, lane), row, plane, f, gathered);
      }
      for (int d = 0; d < 3; ++d) xiBar[d][lane] = p.charge[i + lane] * gathered[d];
      lambda[lane] = gathered[3];
    }
    const Pack gathered = Pack::load(lambda);
    (Pack::load(p.chargeBar + i) + gathered).store(p.chargeBar + i);
    potential = potential + liveCharge(Pack::load(p.charge + i)) * gathered;
    addNodeBar(pass, xiBar, point, nodeBar, spreadBar, i);
  }
  KickSums sums = {};
  for (int d = 0; d < 3; ++d) {
    sums.nodeBar[d] = sumLanes(nodeBar[d]);
    sums.spreadBar[d] = sumLanes(spreadBar[d]);
  }
  sums.potential = sumLanes(potential);
  memcpy(pass.partials.sumsOf(index), &sums, sizeof sums);
}

template std::int64_t depositChunk(const KickPass<F64>&, std::int64_t*, std::int64_t);
template void kickChunk(const KickPass<F64>&, bool, std::int64_t);
template void kickBarChunk(const KickPass<F64>&, bool, std::int64_t*, std::int64_t);
template void depositBarChunk(const KickPass<F64>&, std::int64_t);
template std::int64_t depositChunk(const KickPass<F32>&, std::int64_t*, std::int64_t);
template void kickChunk(const KickPass<F32>&, bool, std::int64_t);
template void kickBarChunk(const KickPass<F32>&, bool, std::int64_t*, std::int64_t);
template void depositBarChunk(const KickPass<F32>&, std::int64_t);

}  // namespace unkick
