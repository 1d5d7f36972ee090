#include "runs.h"

#include <type_traits>

#include "block_sums.h"
#include "survivors.h"

namespace unkick::cuda {

namespace {

// An adjoint pass takes so many maps at a time: their sums then stay in registers, where those of a whole
// run would need hundreds of megabytes of local memory on a large GPU. Runs between kicks are rarely longer.
constexpr int kMapsPerPass = 3;
constexpr int kPassSums = kMapsPerPass * kMostSums;
static_assert(kPassSums <= Partials::kSums, "partial sums have room");

// Maps [first, first + count) of a run, and where each one's sums go among those of the segment.
struct Segment {
  int first, count;
  int offset[kMapsPerPass + 1];
};

template <class Map>
constexpr bool isAperture = std::is_same_v<Map, Aperture>;

// One map of a run on one particle: an aperture changes its life, and what moves it moves the living only.
template <class Map, class Life>
__device__ __forceinline__ void passForward(const Map& map, Phase<double>& z, Life& life, const Quanta& quanta, bool& fault) {
  if constexpr (isAperture<Map>) {
    life.lose(map, z);
  } else if (life.alive()) {
    mapForward(map, z, quanta, fault);
  }
}
template <class Map, class Life>
__device__ __forceinline__ void passInverse(const Map& map, Phase<double>& z, Life& life, const Quanta& quanta) {
  if constexpr (isAperture<Map>) {
    life.revive(map);
  } else if (life.alive()) {
    mapInverse(map, z, quanta);
  }
}
template <class Map, class Life>
__device__ __forceinline__ void passReverse(const Map& map, Phase<double>& z, Phase<double>& zBar, Life& life, double* sums,
                                            const Quanta& quanta) {
  if constexpr (isAperture<Map>) {
    life.revive(map);
  } else if (life.alive()) {
    mapReverse(map, z, zBar, sums, quanta);
  }
}

template <class Storage, class Life>
__device__ __forceinline__ void mapsForward(const RunPass<Storage>& pass, int count, Phase<double>& z, Life& life, bool& fault) {
  for (int m = 0; m < count; ++m) {
    visit(pass.maps[m], [&](const auto& map) { passForward(map, z, life, pass.quanta, fault); });
  }
}

template <class Storage, class Life>
__global__ void __launch_bounds__(kBlock) forwardKernel(RunPass<Storage> pass) {
  const Particles<Storage>& p = pass.particles;
  MomentAccumulator moments;
  for (std::int64_t i = p.chunkBegin(blockIdx.x) + threadIdx.x; i < p.chunkEnd(blockIdx.x); i += kBlock) {
    Phase<double> z = p.load(i);
    Life life(p, i, pass.firstLoss);
    bool fault = false;
    mapsForward(pass, pass.mapCount, z, life, fault);
    life.store(p, i);
    if (fault) {
      double excess;
      const int coordinate = worstCoordinate(p.load(i), z, pass.quanta, excess);
      recordFault(&pass.scalars->fault, faultKey(pass.faultPass, i, coordinate, excess));
    }
    p.store(z, i);
    if (pass.kickFollows) moments.add(z, liveCharge(p.charge[i]));
  }
  if (pass.kickFollows) writeMoments(pass.partials, moments.finish());
}

template <class Storage, class Life>
__global__ void __launch_bounds__(kBlock) inverseKernel(RunPass<Storage> pass) {
  const Particles<Storage>& p = pass.particles;
  MomentAccumulator moments;
  for (std::int64_t i = p.chunkBegin(blockIdx.x) + threadIdx.x; i < p.chunkEnd(blockIdx.x); i += kBlock) {
    Phase<double> z = p.load(i);
    Life life(p, i, pass.firstLoss);
    for (int m = pass.mapCount - 1; m >= 0; --m) {
      visit(pass.maps[m], [&](const auto& map) { passInverse(map, z, life, pass.quanta); });
    }
    p.store(z, i);
    life.store(p, i);
    if (pass.kickFollows) moments.add(z, liveCharge(p.charge[i]));
  }
  if (pass.kickFollows) writeMoments(pass.partials, moments.finish());
}

// fromInput: z is the run's input state and stays; else z is the state after the segment and is taken back.
template <class Storage, bool fromInput, class Life>
__global__ void __launch_bounds__(kBlock, 2) reverseKernel(RunPass<Storage> pass, Segment segment) {
  const Particles<Storage>& p = pass.particles;
  double sums[kPassSums] = {};
  double bound[3] = {0, 0, 0};
  MomentAccumulator moments;
  for (std::int64_t i = p.chunkBegin(blockIdx.x) + threadIdx.x; i < p.chunkEnd(blockIdx.x); i += kBlock) {
    Phase<double> z = p.load(i);
    Phase<double> zBar = p.loadBar(i);
    Life life(p, i, pass.firstLoss);
    if (pass.pending) addMomentCotangent(pass.scalars->pending, p, i, z, zBar);
    bool checkedBefore = false;
    if (fromInput) mapsForward(pass, segment.first + segment.count, z, life, checkedBefore);
    UNKICK_UNROLL
    for (int m = kMapsPerPass - 1; m >= 0; --m) {
      if (m >= segment.count) continue;
      visit(pass.maps[segment.first + m],
            [&](const auto& map) { passReverse(map, z, zBar, life, sums + m * kMostSums, pass.quanta); });
    }
    if (!fromInput) {
      p.store(z, i);
      life.store(p, i);
    }
    p.storeBar(zBar, i);
    if (pass.kickFollows) {
      moments.add(z, liveCharge(p.charge[i]));
      boundCotangent(asStored<typename Storage::Real>(zBar), bound);
    }
  }
  const int s = threadIdx.x;
  const double sum = blockSum(sums);
  if (s < segment.count * kMostSums) {
    const int at = segment.offset[s / kMostSums] + s % kMostSums;
    if (at < segment.offset[s / kMostSums + 1]) pass.partials.at(at, blockIdx.x) = sum;
  }
  if (pass.kickFollows) {
    writeMoments(pass.partials, moments.finish());
    writeBounds(pass.partials, bound);
  }
}

Segment segmentOf(const LocalMap* maps, int first, int count) {
  Segment segment = {first, count, {}};
  for (int m = 0; m < kMapsPerPass; ++m) {
    segment.offset[m + 1] = segment.offset[m] + (m < count ? sumsOf(maps[first + m]) : 0);
  }
  return segment;
}

constexpr int kRunShared = sumsShared(kPassSums) > kMomentsShared ? sumsShared(kPassSums) : kMomentsShared;

template <class Storage>
Shape perChunk(const RunPass<Storage>& pass, int sharedDoubles) { return blocks(pass.partials.chunks, sharedDoubles); }

template <class Storage>
Combination momentsOf(const RunPass<Storage>& pass) {
  Combination what;
  if (pass.kickFollows) what.moments = &pass.scalars->moments;
  return what;
}

template <bool fromInput, class Storage>
void reverseSegments(cudaStream_t stream, const RunPass<Storage>& pass, const LocalMap* maps, double* sums) {
  const int segments = pass.mapCount > 0 ? (pass.mapCount + kMapsPerPass - 1) / kMapsPerPass : 1;
  double* end = sums;
  for (int m = 0; m < pass.mapCount; ++m) end += sumsOf(maps[m]);
  for (int s = segments - 1; s >= 0; --s) {
    const int first = s * kMapsPerPass;
    const int count = pass.mapCount - first < kMapsPerPass ? pass.mapCount - first : kMapsPerPass;
    const Segment segment = segmentOf(maps, first, count);
    RunPass<Storage> part = pass;
    part.pending = pass.pending && s == segments - 1;
    part.kickFollows = pass.kickFollows && s == 0;
    launch(stream, fromInput ? "run adjoint" : "run reverse", perChunk(pass, kRunShared),
           pass.particles.lost ? reverseKernel<Storage, fromInput, Mortal> : reverseKernel<Storage, fromInput, Immortal>, part, segment);
    Combination what = momentsOf(part);
    what.sums = segment.offset[kMapsPerPass];
    what.sumsOut = end -= what.sums;
    what.addSums = true;
    if (part.kickFollows) what.bounds = pass.scalars->bound;
    combine(stream, pass.partials, what);
  }
}

}  // namespace

template <class Storage>
void runForward(cudaStream_t stream, const RunPass<Storage>& pass) {
  launch(stream, "run forward", perChunk(pass, kMomentsShared),
         pass.particles.lost ? forwardKernel<Storage, Mortal> : forwardKernel<Storage, Immortal>, pass);
  combine(stream, pass.partials, momentsOf(pass));
}

template <class Storage>
void runInverse(cudaStream_t stream, const RunPass<Storage>& pass) {
  launch(stream, "run inverse", perChunk(pass, kMomentsShared),
         pass.particles.lost ? inverseKernel<Storage, Mortal> : inverseKernel<Storage, Immortal>, pass);
  combine(stream, pass.partials, momentsOf(pass));
}

template <class Storage>
void runReverse(cudaStream_t stream, const RunPass<Storage>& pass, const LocalMap* maps, double* sums) {
  reverseSegments<false>(stream, pass, maps, sums);
}

template <class Storage>
void runAdjoint(cudaStream_t stream, const RunPass<Storage>& pass, const LocalMap* maps, double* sums) {
  reverseSegments<true>(stream, pass, maps, sums);
}

template void runForward(cudaStream_t, const RunPass<F64>&);
template void runInverse(cudaStream_t, const RunPass<F64>&);
template void runReverse(cudaStream_t, const RunPass<F64>&, const LocalMap*, double*);
template void runAdjoint(cudaStream_t, const RunPass<F64>&, const LocalMap*, double*);
template void runForward(cudaStream_t, const RunPass<F32>&);
template void runInverse(cudaStream_t, const RunPass<F32>&);
template void runReverse(cudaStream_t, const RunPass<F32>&, const LocalMap*, double*);
template void runAdjoint(cudaStream_t, const RunPass<F32>&, const LocalMap*, double*);

}  // namespace unkick::cuda
