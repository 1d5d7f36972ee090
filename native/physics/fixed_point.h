// Sums over particles in 64-bit fixed point: integer addition is associative, so the sum does not depend
// on the order in which threads deliver, and costs no more than a floating-point one.
#pragma once

#include "real.h"

namespace unkick {

// Largest power of two that keeps one addend below 2^50 and the sum of `count` addends, with `growth` bits
// to spare, below 2^62. `largest` bounds an addend's magnitude; 0 gives 1 (there is nothing to add).
UNKICK_HD double fixedPointScale(double largest, double count, int growth) {
  if (!(largest > 0)) return 1.0;
  const int countBits = floorLog2(count) + 1;
  const int bits = countBits + growth < 12 ? 50 : 62 - countBits - growth;
  const int exponent = bits - (floorLog2(largest) + 1);
  return powerOfTwo(exponent > 1000 ? 1000 : exponent < -1000 ? -1000 : exponent);
}

}  // namespace unkick
