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

// Eight numbers are two vectors of four, because GCC 12 keeps a vector that is wider than the registers in memory.
template <class Four>
struct Two {
  Four low, high;
};
using Double8 = Two<Double4>;
using Int8 = Two<Int4>;

// One vector of eight after all where `wide`: for functions that are compiled for registers of that width alone.
template <int n, bool wide>
struct NodeVectors : VectorOf<n> {};
template <>
struct NodeVectors<8, false> {
  using Reals = Double8;
  using Integers = Int8;
};

UNKICK_HD Double8 operator+(Double8 a, Double8 b) { return {a.low + b.low, a.high + b.high}; }
UNKICK_HD Double8 operator-(Double8 a, Double8 b) { return {a.low - b.low, a.high - b.high}; }
UNKICK_HD Double8 operator*(double a, Double8 b) { return {a * b.low, a * b.high}; }
UNKICK_HD Int8& operator+=(Int8& a, Int8 b) {
  a.low += b.low;
  a.high += b.high;
  return a;
}

#if defined(__clang__) || __GNUC__ >= 12
UNKICK_HD Double2 lowHalf(Double4 a) { return __builtin_shufflevector(a, a, 0, 1); }
UNKICK_HD Double2 highHalf(Double4 a) { return __builtin_shufflevector(a, a, 2, 3); }
#else  // shuffles keep the width there
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
  for (int p = 0; p < 4; ++p) pair[p] = {a[p], b[p]};
}
#ifdef UNKICK_WIDE
UNKICK_HD void pairNodes(const Double4 (&near)[4], const Double4 (&far)[4], VectorOf<8>::Reals* pair) {
  Double8 halves[4];
  pairNodes(near, far, halves);
  for (int p = 0; p < 4; ++p) pair[p] = __builtin_shufflevector(halves[p].low, halves[p].high, 0, 1, 2, 3, 4, 5, 6, 7);
}
#endif
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

// Half by half, because a copy of both goes by the stack.
template <class Integers>
UNKICK_HD void loadNodes(const std::int64_t* p, Integers& nodes) { memcpy(&nodes, p, sizeof nodes); }
template <class Integers>
UNKICK_HD void storeNodes(Integers nodes, std::int64_t* p) { memcpy(p, &nodes, sizeof nodes); }
UNKICK_HD void loadNodes(const std::int64_t* p, Int8& nodes) {
  loadNodes(p, nodes.low);
  loadNodes(p + 4, nodes.high);
}
UNKICK_HD void storeNodes(Int8 nodes, std::int64_t* p) {
  storeNodes(nodes.low, p);
  storeNodes(nodes.high, p + 4);
}

// Nearest integers of |v| < 2^51 by the rounding of an addition; vectorises where a conversion to 64-bit
// integers would not.
constexpr double kRoundingMagic = 0x1.8p52;
constexpr std::int64_t kRoundingBits = 0x4338000000000000;

template <class Reals>
UNKICK_HD auto roundToIntegers(Reals v) {
  typedef std::int64_t Integers __attribute__((vector_size(sizeof(Reals))));
  return (Integers)(v + kRoundingMagic) - kRoundingBits;
}
UNKICK_HD Int8 roundToIntegers(Double8 v) { return {roundToIntegers(v.low), roundToIntegers(v.high)}; }

// What was stored stays in memory, from where a lane is loaded and spread in one instruction: GCC would take it out of the
// register that it was stored from, in two shuffles.
template <class T>
UNKICK_HD void keepInMemory(T& stored) { asm("" : "+m"(stored)); }

template <class T>
UNKICK_HD Double8 loadEight(const T* p) { return {loadFour(p), loadFour(p + 4)}; }

}  // namespace unkick
