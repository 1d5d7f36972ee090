// Reductions within a block: warp shuffles, then shared memory, always in the same tree, so that a sum
// depends on the particles and their order alone. For device code; every thread of the block takes part.
#pragma once

#include "launch.h"
#include "partials.h"

namespace unkick::cuda {

constexpr unsigned kAllLanes = 0xffffffffu;

// Shared doubles that the reductions below need.
constexpr int kMomentsShared = kWarps * Partials::kMomentNumbers;
constexpr int kBoundsShared = kWarps * 3;
constexpr int sumsShared(int n) { return kWarps * n; }

__device__ __forceinline__ double warpSum(double value) {
  for (int offset = kWarp / 2; offset > 0; offset /= 2) value = value + __shfl_down_sync(kAllLanes, value, offset);
  return value;
}

// value: this thread's addends. Thread s < n returns sum s over the block.
template <int n>
__device__ __forceinline__ double blockSum(const double (&value)[n]) {
  double* shared = sharedMemory();
  const int warp = threadIdx.x / kWarp, lane = threadIdx.x % kWarp;
  __syncthreads();  // an earlier reduction is done with the shared memory
  UNKICK_UNROLL
  for (int s = 0; s < n; ++s) {
    const double sum = warpSum(value[s]);
    if (lane == 0) shared[warp * n + s] = sum;
  }
  __syncthreads();
  double sum = 0;
  if (static_cast<int>(threadIdx.x) < n) {
    for (int w = 0; w < kWarps; ++w) sum = sum + shared[w * n + threadIdx.x];
  }
  return sum;
}

__device__ __forceinline__ PositionMoments shuffleDown(const PositionMoments& m, int offset) {
  PositionMoments other;
  other.charge = __shfl_down_sync(kAllLanes, m.charge, offset);
  for (int d = 0; d < 3; ++d) {
    other.mean[d] = __shfl_down_sync(kAllLanes, m.mean[d], offset);
    other.deviation[d] = __shfl_down_sync(kAllLanes, m.deviation[d], offset);
  }
  return other;
}

// Thread 0 returns the moments of the block's particles.
__device__ __forceinline__ PositionMoments blockMoments(PositionMoments m) {
  PositionMoments* ofWarp = reinterpret_cast<PositionMoments*>(sharedMemory());
  for (int offset = kWarp / 2; offset > 0; offset /= 2) m = merge(m, shuffleDown(m, offset));
  __syncthreads();
  if (threadIdx.x % kWarp == 0) ofWarp[threadIdx.x / kWarp] = m;
  __syncthreads();
  if (threadIdx.x == 0) {
    for (int w = 1; w < kWarps; ++w) m = merge(m, ofWarp[w]);
  }
  return m;
}

// Thread d < 3 returns the largest of value d over the block.
__device__ __forceinline__ double blockLargest(const double (&value)[3]) {
  double* shared = sharedMemory();
  __syncthreads();
  for (int d = 0; d < 3; ++d) {
    double most = value[d];
    for (int offset = kWarp / 2; offset > 0; offset /= 2) most = larger(__shfl_down_sync(kAllLanes, most, offset), most);
    if (threadIdx.x % kWarp == 0) shared[threadIdx.x / kWarp * 3 + d] = most;
  }
  __syncthreads();
  double most = 0;
  if (threadIdx.x < 3) {
    for (int w = 0; w < kWarps; ++w) most = larger(shared[w * 3 + threadIdx.x], most);
  }
  return most;
}

// One thread's share of the position moments, about the first particle that it meets.
struct MomentAccumulator {
  double about[3] = {0, 0, 0};
  double charge = 0;
  double first[3] = {0, 0, 0}, second[3] = {0, 0, 0};
  bool empty = true;

  __device__ __forceinline__ void add(const Phase<double>& z, double q) {
    charge = charge + q;
    for (int d = 0; d < 3; ++d) {
      if (empty) about[d] = z[positionOf(d)];
      const double u = z[positionOf(d)] - about[d];
      first[d] = first[d] + q * u;
      second[d] = second[d] + q * u * u;
    }
    empty = false;
  }
  __device__ __forceinline__ PositionMoments finish() const { return momentsAbout(charge, about, first, second); }
};

__device__ __forceinline__ void boundCotangent(const Phase<double>& zBar, double (&bound)[3]) {
  for (int d = 0; d < 3; ++d) bound[d] = larger(magnitude(zBar[momentumOf(d)]), bound[d]);
}

// The chunk's results, written by the block that summed it.
template <int n>
__device__ __forceinline__ void writeSums(const Partials& partials, const double (&value)[n]) {
  const double sum = blockSum(value);
  if (static_cast<int>(threadIdx.x) < n) partials.at(threadIdx.x, blockIdx.x) = sum;
}
__device__ __forceinline__ void writeMoments(const Partials& partials, const PositionMoments& own) {
  const PositionMoments m = blockMoments(own);
  if (threadIdx.x == 0) partials.setMoments(blockIdx.x, m);
}
__device__ __forceinline__ void writeBounds(const Partials& partials, const double (&bound)[3]) {
  const double most = blockLargest(bound);
  if (threadIdx.x < 3) partials.at(Partials::kFirstBound + threadIdx.x, blockIdx.x) = most;
}

}  // namespace unkick::cuda
