#include "runs.h"

#include <type_traits>

#include "block_sums.h"
#include "survivors.h"

namespace unkick::cuda {

namespace {

// An adjoint pass takes so many sums, in groups of which a map fills one or more: they then stay in registers,
// where those of a whole run would need hundreds of megabytes of local memory on a large GPU. Most maps fill
// one group; runs between kicks rarely need more than one pass.
constexpr int kGroup = 5;
constexpr int kGroups = 3;
constexpr int kPassSums = kGroups * kGroup;
static_assert(kPassSums <= Partials::kSums, "partial sums have room");
static_assert(kMostCoefficients <= kPassSums, "every map fits into a pass");

// Maps whose adjoint takes so many registers that it has a pass of its own, in which there are twice as many to a thread:
// those with many sums, and those with long formulas.
template <class Map>
constexpr bool isLarge = Map::coefficients > kGroup || std::is_same_v<Map, ChromaticDrift> || std::is_same_v<Map, MultipoleKick> ||
                         std::is_same_v<Map, RfKick>;

// The same of a map as data.
bool takesOwnPass(const LocalMap& map) {
  switch (map.kind) {
    case MapKind::ChromaticDrift:
    case MapKind::MultipoleKick:
    case MapKind::RfKick: return true;
    default: return sumsOf(map) > kGroup;
  }
}

int groupsOf(const LocalMap& map) { return takesOwnPass(map) ? kGroups : 1; }

// Maps [first, first + count) of a run: the one that begins with each group of sums, or -1, and where each sum goes
// among those of the segment, or -1.
struct Segment {
  int first, count;
  int mapAt[kGroups];
  int place[kPassSums];
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

// The maps of a segment on one particle, last to first.
template <bool large, class Storage, class Life>
__device__ __forceinline__ void segmentReverse(const RunPass<Storage>& pass, const Segment& segment, Phase<double>& z, Phase<double>& zBar,
                                               Life& life, double* sums) {
  if constexpr (large) {
    visit(pass.maps[segment.first], [&](const auto& map) {
      if constexpr (isLarge<std::decay_t<decltype(map)>>) passReverse(map, z, zBar, life, sums, pass.quanta);
    });
  } else {
    UNKICK_UNROLL
    for (int g = kGroups - 1; g >= 0; --g) {
      if (segment.mapAt[g] < 0) continue;
      visit(pass.maps[segment.mapAt[g]], [&](const auto& map) {
        if constexpr (!isLarge<std::decay_t<decltype(map)>>) {
          if (g * kGroup + map.coefficients <= kPassSums) passReverse(map, z, zBar, life, sums + g * kGroup, pass.quanta);
        }
      });
    }
  }
}

// fromInput: z is the run's input state and stays; else z is the state after the segment and is taken back.
// large: the segment is one map that isLarge. One block on a multiprocessor leaves a thread 255 registers, two leave it 128.
template <class Storage, bool fromInput, bool large, class Life>
__global__ void __launch_bounds__(kBlock, large || fromInput ? 1 : 2) reverseKernel(RunPass<Storage> pass, Segment segment) {
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
    segmentReverse<large>(pass, segment, z, zBar, life, sums);
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
  if (s < kPassSums && segment.place[s] >= 0) pass.partials.at(segment.place[s], blockIdx.x) = sum;
  if (pass.kickFollows) {
    writeMoments(pass.partials, moments.finish());
    writeBounds(pass.partials, bound);
  }
}

// The longest segment that ends before map `end`.
Segment segmentBefore(const LocalMap* maps, int end) {
  Segment segment = {end, 0, {-1, -1, -1}, {}};
  for (int groups = 0; segment.first > 0; --segment.first, ++segment.count) {
    groups += groupsOf(maps[segment.first - 1]);
    if (groups > kGroups) break;
  }
  for (int& place : segment.place) place = -1;
  int group = 0, sum = 0;
  for (int m = segment.first; m < end; ++m) {
    const int sums = sumsOf(maps[m]);
    segment.mapAt[group] = m;
    for (int i = 0; i < sums; ++i) segment.place[group * kGroup + i] = sum++;
    group += groupsOf(maps[m]);
  }
  return segment;
}

int sumsIn(const LocalMap* maps, const Segment& segment) {
  int sums = 0;
  for (int m = 0; m < segment.count; ++m) sums += sumsOf(maps[segment.first + m]);
  return sums;
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

template <bool fromInput, bool large, class Storage>
void reverseSegment(cudaStream_t stream, const RunPass<Storage>& pass, const Segment& segment) {
  launch(stream, fromInput ? "run adjoint" : "run reverse", perChunk(pass, kRunShared),
         pass.particles.lost ? reverseKernel<Storage, fromInput, large, Mortal> : reverseKernel<Storage, fromInput, large, Immortal>, pass,
         segment);
}

template <bool fromInput, class Storage>
void reverseSegments(cudaStream_t stream, const RunPass<Storage>& pass, const LocalMap* maps, double* sums) {
  double* end = sums;
  for (int m = 0; m < pass.mapCount; ++m) end += sumsOf(maps[m]);
  int left = pass.mapCount;  // a run without maps still takes its one pass
  do {
    const Segment segment = segmentBefore(maps, left);
    RunPass<Storage> part = pass;
    part.pending = pass.pending && left == pass.mapCount;
    part.kickFollows = pass.kickFollows && segment.first == 0;
    const bool large = segment.count == 1 && takesOwnPass(maps[segment.first]);
    if (large) reverseSegment<fromInput, true>(stream, part, segment);
    else reverseSegment<fromInput, false>(stream, part, segment);
    Combination what = momentsOf(part);
    what.sums = sumsIn(maps, segment);
    what.sumsOut = end -= what.sums;
    what.addSums = true;
    if (part.kickFollows) what.bounds = pass.scalars->bound;
    combine(stream, pass.partials, what);
    left = segment.first;
  } while (left > 0);
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
