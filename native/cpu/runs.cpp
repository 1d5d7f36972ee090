#include "runs.h"

#include "moments.h"
#include "survivors.h"

namespace unkick {

namespace {

constexpr int kMostRunSums = 64 * kMostCoefficients;  // runs are split at 64 maps when they are compiled

template <class Storage>
UNKICK_HD void mapsForward(const RunPass<Storage>& pass, Phase<Pack>& z, PackMask& fault) {
  for (int m = 0; m < pass.mapCount; ++m) {
    visit(pass.maps[m], [&](const auto& map) __attribute__((always_inline)) { mapForward(map, z, pass.quanta, fault); });
  }
}

template <class Storage>
UNKICK_HD void mapsInverse(const RunPass<Storage>& pass, Phase<Pack>& z) {
  for (int m = pass.mapCount - 1; m >= 0; --m) {
    visit(pass.maps[m], [&](const auto& map) __attribute__((always_inline)) { mapInverse(map, z, pass.quanta); });
  }
}

template <class Storage>
UNKICK_HD void mapsReverse(const RunPass<Storage>& pass, Phase<Pack>& z, Phase<Pack>& zBar, Pack* sums) {
  Pack* sum = sums + pass.sumCount;
  for (int m = pass.mapCount - 1; m >= 0; --m) {
    visit(pass.maps[m], [&](const auto& map) __attribute__((always_inline)) {
      sum -= map.coefficients;
      mapReverse(map, z, zBar, sum, pass.quanta);
    });
  }
}

// The same three where the line has apertures: lost particles stay where they are, and so do their cotangents.

template <class Storage>
UNKICK_HD void mapsForward(const RunPass<Storage>& pass, Phase<Pack>& z, Survivors& survivors, PackMask& fault) {
  for (int m = 0; m < pass.mapCount; ++m) {
    if (pass.maps[m].kind == MapKind::Aperture) {
      survivors.lose(pass.maps[m].aperture, z);
      continue;
    }
    Phase<Pack> moved = z;
    PackMask broken = {};
    visit(pass.maps[m], [&](const auto& map) __attribute__((always_inline)) { mapForward(map, moved, pass.quanta, broken); });
    const PackMask alive = survivors.alive();
    z = select(alive, moved, z);
    fault = fault | (broken & alive);
  }
}

template <class Storage>
UNKICK_HD void mapsInverse(const RunPass<Storage>& pass, Phase<Pack>& z, Survivors& survivors) {
  for (int m = pass.mapCount - 1; m >= 0; --m) {
    if (pass.maps[m].kind == MapKind::Aperture) {
      survivors.revive(pass.maps[m].aperture);
      continue;
    }
    Phase<Pack> moved = z;
    visit(pass.maps[m], [&](const auto& map) __attribute__((always_inline)) { mapInverse(map, moved, pass.quanta); });
    z = select(survivors.alive(), moved, z);
  }
}

template <class Storage>
UNKICK_HD void mapsReverse(const RunPass<Storage>& pass, Phase<Pack>& z, Phase<Pack>& zBar, Survivors& survivors, Pack* sums) {
  Pack* sum = sums + pass.sumCount;
  const Phase<Pack> none = {{Pack::all(0), Pack::all(0), Pack::all(0), Pack::all(0), Pack::all(0), Pack::all(0)}};
  for (int m = pass.mapCount - 1; m >= 0; --m) {
    if (pass.maps[m].kind == MapKind::Aperture) {
      survivors.revive(pass.maps[m].aperture);
      continue;
    }
    const PackMask alive = survivors.alive();
    Phase<Pack> moved = z, movedBar = select(alive, zBar, none);  // the lost must not enter the sums
    visit(pass.maps[m], [&](const auto& map) __attribute__((always_inline)) {
      sum -= map.coefficients;
      mapReverse(map, moved, movedBar, sum, pass.quanta);
    });
    z = select(alive, moved, z);
    zBar = select(alive, movedBar, zBar);
  }
}

// Follows each particle of the pack through the run once more, to name the one that broke its range.
template <class Storage>
__attribute__((noinline, cold)) void diagnose(const RunPass<Storage>& pass, std::int64_t first) {
  const Particles<Storage>& p = pass.particles;
  for (std::int64_t i = first; i < std::min(first + kPack, p.count); ++i) {
    if (p.lost && p.lost[i] != kAlive) continue;
    Phase<double> z;
    for (int c = 0; c < kCoordinates; ++c) z[c] = p.z[c].at(i);
    for (int m = 0; m < pass.mapCount; ++m) {
      if (pass.maps[m].kind == MapKind::Aperture && pass.maps[m].aperture.takes(z)) break;
      const Phase<double> before = z;
      bool broken = false;
      visit(pass.maps[m], [&](const auto& map) { mapForward(map, z, pass.quanta, broken); });
      Fault fault;
      fault.step = pass.step;
      fault.particle = i;
      if (rangeFault(before, z, pass.quanta, fault)) return pass.faults->report(fault);
    }
  }
}

}  // namespace

template <class Storage>
UNKICK_CLONES void forwardChunk(const RunPass<Storage>& pass, std::int64_t index) {
  const Particles<Storage>& p = pass.particles;
  const Chunk chunk = chunkAt(p, index);
  MomentAccumulator moments;
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    Phase<Pack> z = loadPhase(p.z, i);
    PackMask fault = {};
    if (p.lost) {
      Survivors survivors(p, i, pass.firstLoss);
      mapsForward(pass, z, survivors, fault);
      if (__builtin_expect(fault.any(), 0)) diagnose(pass, i);
      survivors.store(p, i);
    } else {
      mapsForward(pass, z, fault);
      if (__builtin_expect(fault.any(), 0)) diagnose(pass, i);
    }
    storePhase(z, p.z, i);
    if (pass.kickFollows) {
      if (i == chunk.begin) moments.start(z);
      moments.add(z, liveCharge(Pack::load(p.charge + i)));
    }
  }
  if (pass.kickFollows) *pass.partials.momentsOf(index) = moments.finish();
}

template <class Storage>
UNKICK_CLONES void inverseChunk(const RunPass<Storage>& pass, std::int64_t index) {
  const Particles<Storage>& p = pass.particles;
  const Chunk chunk = chunkAt(p, index);
  MomentAccumulator moments;
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    Phase<Pack> z = loadPhase(p.z, i);
    if (p.lost) {
      Survivors survivors(p, i, pass.firstLoss);
      mapsInverse(pass, z, survivors);
      survivors.store(p, i);
    } else {
      mapsInverse(pass, z);
    }
    storePhase(z, p.z, i);
    if (pass.kickFollows) {
      if (i == chunk.begin) moments.start(z);
      moments.add(z, liveCharge(Pack::load(p.charge + i)));
    }
  }
  if (pass.kickFollows) *pass.partials.momentsOf(index) = moments.finish();
}

template <class Storage>
UNKICK_CLONES void reverseChunk(const RunPass<Storage>& pass, std::int64_t index) {
  const Particles<Storage>& p = pass.particles;
  const Chunk chunk = chunkAt(p, index);
  Pack sums[kMostRunSums];
  for (int s = 0; s < pass.sumCount; ++s) sums[s] = Pack::all(0);
  MomentAccumulator moments;
  BoundAccumulator bound;
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    Phase<Pack> z = loadPhase(p.z, i);
    Phase<Pack> zBar = loadBar(p.zBar, i);
    if (pass.pending) applyCotangent(*pass.pending, p, i, z, zBar);
    if (p.lost) {
      Survivors survivors(p, i, pass.firstLoss);
      mapsReverse(pass, z, zBar, survivors, sums);
      survivors.store(p, i);
    } else {
      mapsReverse(pass, z, zBar, sums);
    }
    storePhase(z, p.z, i);
    storeBar(zBar, p.zBar, i);
    if (pass.kickFollows) {
      if (i == chunk.begin) moments.start(z);
      moments.add(z, liveCharge(Pack::load(p.charge + i)));
      bound.add(asStored<typename Storage::Real>(zBar));
    }
  }
  double* partial = pass.partials.sumsOf(index);
  for (int s = 0; s < pass.sumCount; ++s) partial[s] = sumLanes(sums[s]);
  if (pass.kickFollows) {
    *pass.partials.momentsOf(index) = moments.finish();
    bound.finish(pass.partials.boundOf(index));
  }
}

template <class Storage>
UNKICK_CLONES void adjointChunk(const RunPass<Storage>& pass, std::int64_t index) {
  const Particles<Storage>& p = pass.particles;
  const Chunk chunk = chunkAt(p, index);
  Pack sums[kMostRunSums];
  for (int s = 0; s < pass.sumCount; ++s) sums[s] = Pack::all(0);
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    Phase<Pack> z = loadPhase(p.z, i);
    Phase<Pack> zBar = loadBar(p.zBar, i);
    PackMask fault = {};
    if (p.lost) {
      Survivors survivors(p, i, pass.firstLoss);
      mapsForward(pass, z, survivors, fault);
      mapsReverse(pass, z, zBar, survivors, sums);
    } else {
      mapsForward(pass, z, fault);
      mapsReverse(pass, z, zBar, sums);
    }
    storeBar(zBar, p.zBar, i);
  }
  double* partial = pass.partials.sumsOf(index);
  for (int s = 0; s < pass.sumCount; ++s) partial[s] = sumLanes(sums[s]);
}

template void forwardChunk(const RunPass<F64>&, std::int64_t);
template void inverseChunk(const RunPass<F64>&, std::int64_t);
template void reverseChunk(const RunPass<F64>&, std::int64_t);
template void adjointChunk(const RunPass<F64>&, std::int64_t);
template void forwardChunk(const RunPass<F32>&, std::int64_t);
template void inverseChunk(const RunPass<F32>&, std::int64_t);
template void reverseChunk(const RunPass<F32>&, std::int64_t);
template void adjointChunk(const RunPass<F32>&, std::int64_t);

}  // namespace unkick
