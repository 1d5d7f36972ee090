// Law 2: increments are rounded to a power-of-two quantum of their coordinate before they are added, so
// that addition and subtraction are exact in float64 and every lift has an exact inverse.
//
// With C = 1.5 * 2^52 * quantum and |d| < 2^51 quanta, d + C lies in [2^52, 2^53) quanta, where the spacing
// of doubles is one quantum: the addition itself rounds to the nearest multiple, the subtraction is exact.
#pragma once

#include "phase.h"

namespace unkick {

constexpr double kDefaultHeadroom = 1024.0;
constexpr double kSmallestScale = 1e-4;  // a coordinate that is zero in the whole beam still gets a quantum

struct Quanta {
  double magic[kCoordinates];           // 1.5 * 2^52 * quantum
  double coordinateBound[kCoordinates]; // 2^52 * quantum: coordinates stay below
  double incrementBound[kCoordinates];  // 2^51 * quantum: increments stay below
};

// largest: [6] max |coordinate| over the beam. headroom: by how much a coordinate may outgrow it.
inline Quanta quantaFor(const double* largest, double headroom) {
  Quanta q;
  for (int i = 0; i < kCoordinates; ++i) {
    const double scale = headroom * larger(largest[i], kSmallestScale);
    const int exponent = floorLog2(scale) + (powerOfTwo(floorLog2(scale)) < scale ? 1 : 0);
    const double bound = powerOfTwo(exponent);
    q.magic[i] = 1.5 * bound;
    q.coordinateBound[i] = bound;
    q.incrementBound[i] = 0.5 * bound;
  }
  return q;
}

template <class R>
UNKICK_HD R snap(R d, double magic) {
  return (d + magic) - magic;
}

// Written so that a NaN is outside.
template <class R>
UNKICK_HD Mask<R> outside(R a, double bound) {
  return negate(magnitude(a) < bound);
}

}  // namespace unkick
