// Law 2: increments are rounded to a power-of-two quantum of their coordinate before they are added, so
// that addition and subtraction are exact in float64 and every lift has an exact inverse. Coordinates are whole
// numbers of quanta, and may be stored as such.
//
// With C = 1.5 * 2^52 * quantum and |d| < 2^51 quanta, d + C lies in [2^52, 2^53) quanta, where the spacing
// of doubles is one quantum: the addition itself rounds to the nearest multiple, the subtraction is exact.
#pragma once

#include "phase.h"

namespace unkick {

constexpr double kSmallestScale = 1e-4;  // a coordinate that is zero in the whole beam still gets a quantum

// By how much each coordinate may outgrow the largest of its kind in the initial beam.
struct Headroom {
  double of[kCoordinates];

  Headroom(double all) {
    for (double& one : of) one = all;
  }
};

struct Quanta {
  double quantum[kCoordinates];
  double magic[kCoordinates];           // 1.5 * 2^52 * quantum
  double coordinateBound[kCoordinates]; // 2^bits * quantum: coordinates stay below
  double incrementBound[kCoordinates];  // 2^51 * quantum: increments stay below; or what leads across the whole range
};

// largest: [6] max |coordinate| over the beam. bits: 52, or fewer where coordinates are stored as integers.
inline Quanta quantaFor(const double* largest, const Headroom& headroom, int bits) {
  Quanta q;
  for (int i = 0; i < kCoordinates; ++i) {
    const double scale = headroom.of[i] * larger(largest[i], kSmallestScale);
    const int exponent = floorLog2(scale) + (powerOfTwo(floorLog2(scale)) < scale ? 1 : 0);
    q.quantum[i] = powerOfTwo(exponent - bits);
    q.magic[i] = 1.5 * powerOfTwo(exponent - bits + 52);
    q.coordinateBound[i] = powerOfTwo(exponent);
    q.incrementBound[i] = powerOfTwo(exponent - bits + (bits < 50 ? bits + 1 : 51));
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
