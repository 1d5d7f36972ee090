#include "moments.h"

namespace unkick {

template <class Storage>
UNKICK_CLONES void measureChunk(const Particles<Storage>& p, const Partials& partials, std::int64_t index) {
  const Chunk chunk = chunkAt(p, index);
  MomentAccumulator moments;
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    const Phase<Pack> z = loadPhase(p.z, i);
    if (i == chunk.begin) moments.start(z);
    moments.add(z, liveCharge(Pack::load(p.charge + i)));
  }
  *partials.momentsOf(index) = moments.finish();
}

template <class Storage>
UNKICK_CLONES void boundChunk(const Particles<Storage>& p, const Partials& partials, std::int64_t index) {
  const Chunk chunk = chunkAt(p, index);
  BoundAccumulator bound;
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) bound.add(loadBar(p.zBar, i));
  bound.finish(partials.boundOf(index));
}

template <class Storage>
UNKICK_CLONES void firstMomentsChunk(const Particles<Storage>& p, const Partials& partials, std::int64_t index) {
  const Chunk chunk = chunkAt(p, index);
  Pack sums[1 + kCoordinates];
  for (Pack& sum : sums) sum = Pack::all(0);
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    const Pack q = liveCharge(Pack::load(p.charge + i));
    sums[0] = sums[0] + q;
    for (int c = 0; c < kCoordinates; ++c) sums[1 + c] = sums[1 + c] + q * p.z[c].load(i);
  }
  double* partial = partials.sumsOf(index);
  for (int s = 0; s < 1 + kCoordinates; ++s) partial[s] = sumLanes(sums[s]);
}

template <class Storage>
UNKICK_CLONES void secondMomentsChunk(const Particles<Storage>& p, const double* mean, const Partials& partials, std::int64_t index) {
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

template <class Storage>
UNKICK_CLONES void applyCotangentChunk(const Particles<Storage>& p, const MomentCotangent& cotangent, std::int64_t index) {
  const Chunk chunk = chunkAt(p, index);
  for (std::int64_t i = chunk.begin; i < chunk.end; i += kPack) {
    Phase<Pack> zBar = loadBar(p.zBar, i);
    applyCotangent(cotangent, p, i, loadPhase(p.z, i), zBar);
    storeBar(zBar, p.zBar, i);
  }
}

template void measureChunk(const Particles<F64>&, const Partials&, std::int64_t);
template void boundChunk(const Particles<F64>&, const Partials&, std::int64_t);
template void firstMomentsChunk(const Particles<F64>&, const Partials&, std::int64_t);
template void secondMomentsChunk(const Particles<F64>&, const double*, const Partials&, std::int64_t);
template void applyCotangentChunk(const Particles<F64>&, const MomentCotangent&, std::int64_t);
template void measureChunk(const Particles<F32>&, const Partials&, std::int64_t);
template void boundChunk(const Particles<F32>&, const Partials&, std::int64_t);
template void firstMomentsChunk(const Particles<F32>&, const Partials&, std::int64_t);
template void secondMomentsChunk(const Particles<F32>&, const double*, const Partials&, std::int64_t);
template void applyCotangentChunk(const Particles<F32>&, const MomentCotangent&, std::int64_t);

}  // namespace unkick
