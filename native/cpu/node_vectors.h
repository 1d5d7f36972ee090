// What the nodes of a cell hold, in vectors. Grids that macroparticles gather from or scatter into have up to four numbers
// ("lanes") per node, side by side, so that a node and its neighbour along x are one vector of twice as many.
#pragma once

#include "pack.h"

namespace unkick {

template <int n>
struct VectorOf {
  typedef double Reals __attribute__((vector_size(8 * n)));
  typedef std::int64_t Integers __attribute__((vector_size(8 * n)));
};
using Double2 = VectorOf<2>::Reals;
using Double8 = VectorOf<8>::Reals;

#if defined(__clang__) || __GNUC__ >= 12
UNKICK_HD Double8 join(Double4 low, Double4 high) { return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7); }
UNKICK_HD Double4 lowHalf(Double8 a) { return __builtin_shufflevector(a, a, 0, 1, 2, 3); }
UNKICK_HD Double4 highHalf(Double8 a) { return __builtin_shufflevector(a, a, 4, 5, 6, 7); }
UNKICK_HD Double2 lowHalf(Double4 a) { return __builtin_shufflevector(a, a, 0, 1); }
UNKICK_HD Double2 highHalf(Double4 a) { return __builtin_shufflevector(a, a, 2, 3); }
#else  // shuffles keep the width there
UNKICK_HD Double8 join(Double4 low, Double4 high) {
  return {low[0], low[1], low[2], low[3], high[0], high[1], high[2], high[3]};
}
UNKICK_HD Double4 lowHalf(Double8 a) { return {a[0], a[1], a[2], a[3]}; }
UNKICK_HD Double4 highHalf(Double8 a) { return {a[4], a[5], a[6], a[7]}; }
UNKICK_HD Double2 lowHalf(Double4 a) { return {a[0], a[1]}; }
UNKICK_HD Double2 highHalf(Double4 a) { return {a[2], a[3]}; }
#endif

UNKICK_HD void transpose(Double4* rows) {
  const Double4 a = UNKICK_SHUFFLE(rows[0], rows[1], 0, 4, 2, 6), b = UNKICK_SHUFFLE(rows[0], rows[1], 1, 5, 3, 7);
  const Double4 c = UNKICK_SHUFFLE(rows[2], rows[3], 0, 4, 2, 6), d = UNKICK_SHUFFLE(rows[2], rows[3], 1, 5, 3, 7);
  rows[0] = UNKICK_SHUFFLE(a, c, 0, 1, 4, 5);
  rows[1] = UNKICK_SHUFFLE(b, d, 0, 1, 4, 5);
  rows[2] = UNKICK_SHUFFLE(a, c, 2, 3, 6, 7);
  rows[3] = UNKICK_SHUFFLE(b, d, 2, 3, 6, 7);
}

// The sum of each of four rows.
UNKICK_HD Double4 sumEach(const Double4* rows) {
  const Double4 ab = UNKICK_SHUFFLE(rows[0], rows[1], 0, 4, 2, 6) + UNKICK_SHUFFLE(rows[0], rows[1], 1, 5, 3, 7);
  const Double4 cd = UNKICK_SHUFFLE(rows[2], rows[3], 0, 4, 2, 6) + UNKICK_SHUFFLE(rows[2], rows[3], 1, 5, 3, 7);
  return UNKICK_SHUFFLE(ab, cd, 0, 1, 4, 5) + UNKICK_SHUFFLE(ab, cd, 2, 3, 6, 7);
}

// near, far: [lanes] of four macroparticles -> pair: [4], each particle's lanes of the near node and of the far one.
UNKICK_HD void pairNodes(const Double4 (&near)[4], const Double4 (&far)[4], Double8* pair) {
  Double4 a[4] = {near[0], near[1], near[2], near[3]}, b[4] = {far[0], far[1], far[2], far[3]};
  transpose(a);
  transpose(b);
  for (int p = 0; p < 4; ++p) pair[p] = join(a[p], b[p]);
}
UNKICK_HD void pairNodes(const Double4 (&near)[2], const Double4 (&far)[2], Double4* pair) {
  pair[0] = near[0];
  pair[1] = near[1];
  pair[2] = far[0];
  pair[3] = far[1];
  transpose(pair);
}
UNKICK_HD void pairNodes(const Double4 (&near)[1], const Double4 (&far)[1], Double2* pair) {
  const Double4 first = UNKICK_SHUFFLE(near[0], far[0], 0, 4, 1, 5), last = UNKICK_SHUFFLE(near[0], far[0], 2, 6, 3, 7);
  pair[0] = lowHalf(first);
  pair[1] = highHalf(first);
  pair[2] = lowHalf(last);
  pair[3] = highHalf(last);
}

// Nearest integers of |v| < 2^51 by the rounding of an addition; vectorises where a conversion to 64-bit
// integers would not.
constexpr double kRoundingMagic = 0x1.8p52;
constexpr std::int64_t kRoundingBits = 0x4338000000000000;

UNKICK_HD Int4 roundToIntegers(Double4 v) { return (Int4)(v + kRoundingMagic) - kRoundingBits; }

template <int n>
UNKICK_HD typename VectorOf<n>::Integers rounded(typename VectorOf<n>::Reals v) {
  return (typename VectorOf<n>::Integers)(v + kRoundingMagic) - kRoundingBits;
}

// What was stored stays in memory, from where a lane is loaded and spread in one instruction: GCC would take it out of the
// register that it was stored from, in two shuffles.
template <class T>
UNKICK_HD void keepInMemory(T& stored) { asm("" : "+m"(stored)); }

// Eight numbers, widened.
UNKICK_HD Double8 loadEight(const double* p) {
  Double8 a;
  memcpy(&a, p, sizeof a);
  return a;
}
UNKICK_HD Double8 loadEight(const float* p) {
  return Double8{double(p[0]), double(p[1]), double(p[2]), double(p[3]), double(p[4]), double(p[5]), double(p[6]), double(p[7])};
}

}  // namespace unkick
