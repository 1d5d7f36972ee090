#include "moments.h"

namespace unkick {

UNKICK_CLONES
void measureChunk(const Particles& p, const Partials& partials, std::int64_t index) {
  const Chunk chunk = chunkAt(p, index);
  MomentAccumulator moments;
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    const Phase<Pack> z = loadPhase(p.z, i);
    if (i == chunk.begin) moments.start(z);
    moments.add(z, liveCharge(Pack::load(p.charge + i)));
  }
  *partials.momentsOf(index) = moments.finish();
}

UNKICK_CLONES
void boundChunk(const Particles& p, const Partials& partials, std::int64_t index) {
  const Chunk chunk = chunkAt(p, index);
  BoundAccumulator bound;
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) bound.add(loadPhase(p.zBar, i));
  bound.finish(partials.boundOf(index));
}

UNKICK_CLONES
void firstMomentsChunk(const Particles& p, const Partials& partials, std::int64_t index) {
  const Chunk chunk = chunkAt(p, index);
  Pack sums[1 + kCoordinates];
  for (Pack& sum : sums) sum = Pack::all(0);
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    const Pack q = liveCharge(Pack::load(p.charge + i));
    sums[0] = sums[0] + q;
    for (int c = 0; c < kCoordinates; ++c) sums[1 + c] = sums[1 + c] + q * Pack::load(p.z[c] + i);
  }
  double* partial = partials.sumsOf(index);
  for (int s = 0; s < 1 + kCoordinates; ++s) partial[s] = sumLanes(sums[s]);
}

UNKICK_CLONES
void secondMomentsChunk(const Particles& p, const double* mean, const Partials& partials, std::int64_t index) {
  const Chunk chunk = chunkAt(p, index);
  constexpr int kPairs = kCoordinates * (kCoordinates + 1) / 2;
  Pack sums[kPairs];
  for (Pack& sum : sums) sum = Pack::all(0);
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    const Pack q = liveCharge(Pack::load(p.charge + i));
    Phase<Pack> u = loadPhase(p.z, i);
    for (int c = 0; c < kCoordinates; ++c) u[c] = u[c] - mean[c];
    for (int a = 0, pair = 0; a < kCoordinates; ++a) {
      for (int b = 0; b <= a; ++b, ++pair) sums[pair] = sums[pair] + q * u[a] * u[b];
    }
  }
  double* partial = partials.sumsOf(index);
  for (int s = 0; s < kPairs; ++s) partial[s] = sumLanes(sums[s]);
}

UNKICK_CLONES
void applyCotangentChunk(const Particles& p, const MomentCotangent& cotangent, std::int64_t index) {
  const Chunk chunk = chunkAt(p, index);
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    Phase<Pack> zBar = loadPhase(p.zBar, i);
    applyCotangent(cotangent, p, i, loadPhase(p.z, i), zBar);
    storePhase(zBar, p.zBar, i);
  }
}

}  // namespace unkick
