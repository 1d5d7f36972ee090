// What the kernels of a kick in space (kicks.cu) and of a long beam's (kicks_2d.cu) share. For device code.
#pragma once

#include "block_sums.h"
#include "kicks.h"
#include "survivors.h"

namespace unkick::cuda {

// Two's complement: adding the bits adds the integers, in any order.
__device__ __forceinline__ void addTo(std::int64_t* p, double value) {
  atomicAdd(reinterpret_cast<unsigned long long*>(p), static_cast<unsigned long long>(__double2ll_rn(value)));
}

template <class Storage>
__device__ __forceinline__ GridPoint<double> locateParticle(const KickPass<Storage>& pass, const KickGeometry& g, std::int64_t i) {
  const Particles<Storage>& p = pass.particles;
  GridPoint<double> point = locate(g, pass.shape.n, p.at(X, i), p.at(Y, i), p.at(TAU, i));
  if (p.lost && p.lost[i] != kAlive) point.inside = false;  // a kick knows nothing of the lost
  return point;
}

// Adds or takes away the snapped momentum increment of particle i. slope: [dimensions] 2h-scaled, of the potential.
template <bool inverse, int dimensions, class Storage>
__device__ __forceinline__ void applyKick(const KickPass<Storage>& pass, const double* slope, const double* factor, std::int64_t i) {
  Phase<double> before = {}, after = {};  // what the kick leaves alone is nothing to a fault
  bool fault = false;
  for (int d = 0; d < dimensions; ++d) {
    const int c = momentumOf(d);
    const double step = snap(factor[d] * slope[d], pass.quanta.magic[c]);
    before[c] = pass.particles.at(c, i);
    after[c] = inverse ? before[c] - step : before[c] + step;
    pass.particles.set(c, i, after[c]);
    if (!inverse) fault = fault | outside(step, pass.quanta.incrementBound[c]) | outside(after[c], pass.quanta.coordinateBound[c]);
  }
  if (!fault) return;
  double excess;
  const int coordinate = worstCoordinate(before, after, pass.quanta, excess);
  recordFault(&pass.scalars->fault, faultKey(pass.faultPass, i, coordinate, excess));
}

template <class Storage>
__device__ __forceinline__ void writeKickSums(const KickPass<Storage>& pass, const KickSums& sums) {
  double numbers[kKickSums];
  memcpy(numbers, &sums, sizeof numbers);
  writeSums(pass.partials, numbers);
}

template <class Storage>
void combineInto(cudaStream_t stream, const KickPass<Storage>& pass, KickSums* sums) {
  Combination what;
  what.sums = kKickSums;
  what.sumsOut = reinterpret_cast<double*>(sums);
  combine(stream, pass.partials, what);
}

template <class Storage>
void clearOutsideCharge(cudaStream_t stream, const KickPass<Storage>& pass) {
  check(cudaMemsetAsync(&pass.scalars->outsideCharge, 0, sizeof(std::int64_t), stream), "clearing the charge outside");
}

}  // namespace unkick::cuda
