#include "runs.h"

namespace unkick {

namespace {

constexpr int kMostRunSums = 64 * kMostSums;  // runs are split at 64 maps when they are compiled

UNKICK_HD void mapsForward(const RunPass& pass, Phase<Pack>& z, PackMask& fault) {
  for (int m = 0; m < pass.mapCount; ++m) {
    visit(pass.maps[m], [&](const auto& map) __attribute__((always_inline)) { mapForward(map, z, pass.quanta, fault); });
  }
}

UNKICK_HD void mapsReverse(const RunPass& pass, Phase<Pack>& z, Phase<Pack>& zBar, Pack* sums) {
  Pack* sum = sums + pass.sumCount;
  for (int m = pass.mapCount - 1; m >= 0; --m) {
    visit(pass.maps[m], [&](const auto& map) __attribute__((always_inline)) {
      sum -= map.sums;
      mapReverse(map, z, zBar, sum, pass.quanta);
    });
  }
}

// Follows each particle of the pack through the run once more, to name the one that broke its range.
__attribute__((noinline, cold)) void diagnose(const RunPass& pass, std::int64_t first) {
  const Particles& p = pass.particles;
  for (std::int64_t i = first; i < std::min(first + kPack, p.count); ++i) {
    Phase<double> z;
    for (int c = 0; c < kCoordinates; ++c) z[c] = p.z[c][i];
    for (int m = 0; m < pass.mapCount; ++m) {
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

UNKICK_CLONES
void forwardChunk(const RunPass& pass, std::int64_t index) {
  const Particles& p = pass.particles;
  const Chunk chunk = chunkAt(p, index);
  MomentAccumulator moments;
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    Phase<Pack> z = loadPhase(p.z, i);
    PackMask fault = {};
    mapsForward(pass, z, fault);
    if (__builtin_expect(fault.any(), 0)) diagnose(pass, i);
    storePhase(z, p.z, i);
    if (pass.kickFollows) {
      if (i == chunk.begin) moments.start(z);
      moments.add(z, Pack::load(p.charge + i));
    }
  }
  if (pass.kickFollows) *pass.partials.momentsOf(index) = moments.finish();
}

UNKICK_CLONES
void inverseChunk(const RunPass& pass, std::int64_t index) {
  const Particles& p = pass.particles;
  const Chunk chunk = chunkAt(p, index);
  MomentAccumulator moments;
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    Phase<Pack> z = loadPhase(p.z, i);
    for (int m = pass.mapCount - 1; m >= 0; --m) {
      visit(pass.maps[m], [&](const auto& map) __attribute__((always_inline)) { mapInverse(map, z, pass.quanta); });
    }
    storePhase(z, p.z, i);
    if (pass.kickFollows) {
      if (i == chunk.begin) moments.start(z);
      moments.add(z, Pack::load(p.charge + i));
    }
  }
  if (pass.kickFollows) *pass.partials.momentsOf(index) = moments.finish();
}

UNKICK_CLONES
void reverseChunk(const RunPass& pass, std::int64_t index) {
  const Particles& p = pass.particles;
  const Chunk chunk = chunkAt(p, index);
  Pack sums[kMostRunSums];
  for (int s = 0; s < pass.sumCount; ++s) sums[s] = Pack::all(0);
  MomentAccumulator moments;
  BoundAccumulator bound;
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    Phase<Pack> z = loadPhase(p.z, i);
    Phase<Pack> zBar = loadPhase(p.zBar, i);
    const Pack q = Pack::load(p.charge + i);
    if (pass.pending) {
      Pack qBar = Pack::load(p.chargeBar + i);
      pass.pending->apply(z, q, zBar, qBar);
      qBar.store(p.chargeBar + i);
    }
    mapsReverse(pass, z, zBar, sums);
    storePhase(z, p.z, i);
    storePhase(zBar, p.zBar, i);
    if (pass.kickFollows) {
      if (i == chunk.begin) moments.start(z);
      moments.add(z, q);
      bound.add(zBar);
    }
  }
  double* partial = pass.partials.sumsOf(index);
  for (int s = 0; s < pass.sumCount; ++s) partial[s] = sumLanes(sums[s]);
  if (pass.kickFollows) {
    *pass.partials.momentsOf(index) = moments.finish();
    bound.finish(pass.partials.boundOf(index));
  }
}

UNKICK_CLONES
void adjointChunk(const RunPass& pass, std::int64_t index) {
  const Particles& p = pass.particles;
  const Chunk chunk = chunkAt(p, index);
  Pack sums[kMostRunSums];
  for (int s = 0; s < pass.sumCount; ++s) sums[s] = Pack::all(0);
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    Phase<Pack> z = loadPhase(p.z, i);
    Phase<Pack> zBar = loadPhase(p.zBar, i);
    PackMask fault = {};
    mapsForward(pass, z, fault);
    mapsReverse(pass, z, zBar, sums);
    storePhase(zBar, p.zBar, i);
  }
  double* partial = pass.partials.sumsOf(index);
  for (int s = 0; s < pass.sumCount; ++s) partial[s] = sumLanes(sums[s]);
}

}  // namespace unkick
