// Eight doubles in SIMD registers, with the operations that the formulas in native/physics use. GCC's and
// Clang's vector extension lowers it to whatever the instruction set has; the arithmetic is IEEE double
// lane by lane, so results do not depend on which.
#pragma once

#include "../engine/memory_plan.h"
#include "../physics/real.h"

namespace unkick {

struct Pack {
  typedef double Vector __attribute__((vector_size(64)));
  typedef std::int64_t Bits __attribute__((vector_size(64)));
  static constexpr int lanes = 8;
  static_assert(lanes == kPack, "particle arrays are padded to whole packs");

  Vector v;

  UNKICK_HD static Pack load(const double* p) {
    Pack a;
    memcpy(&a.v, p, sizeof a.v);
    return a;
  }
  UNKICK_HD void store(double* p) const { memcpy(p, &v, sizeof v); }
  UNKICK_HD static Pack all(double a) { return {a - Vector{}}; }
  UNKICK_HD static Pack ramp(double first) { return {first + Vector{0, 1, 2, 3, 4, 5, 6, 7}}; }
  UNKICK_HD double operator[](int lane) const { return v[lane]; }
};

struct PackMask {
  Pack::Bits bits;
  UNKICK_HD bool any() const {
    std::int64_t found = 0;
    for (int lane = 0; lane < Pack::lanes; ++lane) found |= bits[lane];
    return found != 0;
  }
};
template <>
struct MaskOf<Pack> {
  using type = PackMask;
};

UNKICK_HD Pack operator+(Pack a, Pack b) { return {a.v + b.v}; }
UNKICK_HD Pack operator-(Pack a, Pack b) { return {a.v - b.v}; }
UNKICK_HD Pack operator*(Pack a, Pack b) { return {a.v * b.v}; }
UNKICK_HD Pack operator/(Pack a, Pack b) { return {a.v / b.v}; }
UNKICK_HD Pack operator+(Pack a, double b) { return {a.v + b}; }
UNKICK_HD Pack operator-(Pack a, double b) { return {a.v - b}; }
UNKICK_HD Pack operator*(Pack a, double b) { return {a.v * b}; }
UNKICK_HD Pack operator*(double a, Pack b) { return {a * b.v}; }
UNKICK_HD Pack operator/(double a, Pack b) { return {a / b.v}; }
UNKICK_HD Pack operator-(Pack a) { return {-a.v}; }

UNKICK_HD PackMask operator>(Pack a, Pack b) { return {a.v > b.v}; }
UNKICK_HD PackMask operator>(Pack a, double b) { return {a.v > b}; }
UNKICK_HD PackMask operator>=(Pack a, double b) { return {a.v >= b}; }
UNKICK_HD PackMask operator<=(Pack a, double b) { return {a.v <= b}; }
UNKICK_HD PackMask operator<(Pack a, double b) { return {a.v < b}; }
UNKICK_HD PackMask operator&(PackMask a, PackMask b) { return {a.bits & b.bits}; }
UNKICK_HD PackMask operator|(PackMask a, PackMask b) { return {a.bits | b.bits}; }
UNKICK_HD PackMask negate(PackMask a) { return {~a.bits}; }

UNKICK_HD Pack select(PackMask m, Pack a, Pack b) { return {m.bits ? a.v : b.v}; }
UNKICK_HD Pack magnitude(Pack a) {
  return {(Pack::Vector)((Pack::Bits)a.v & std::int64_t(0x7fffffffffffffff))};
}
UNKICK_HD Pack squareRoot(Pack a) {
  for (int lane = 0; lane < Pack::lanes; ++lane) a.v[lane] = __builtin_sqrt(a.v[lane]);
  return a;
}
// For 0 <= a < 2^31, which cell indices are.
UNKICK_HD Pack roundDown(Pack a) {
  typedef int Ints __attribute__((vector_size(32)));
  return {__builtin_convertvector(__builtin_convertvector(a.v, Ints), Pack::Vector)};
}
UNKICK_HD Pack larger(Pack a, Pack b) { return select(a > b, a, b); }

UNKICK_HD double sumLanes(Pack a) {
  return ((a.v[0] + a.v[1]) + (a.v[2] + a.v[3])) + ((a.v[4] + a.v[5]) + (a.v[6] + a.v[7]));
}
UNKICK_HD double largestLane(Pack a) {
  double most = a.v[0];
  for (int lane = 1; lane < Pack::lanes; ++lane) most = larger(most, a.v[lane]);
  return most;
}

UNKICK_HD void splitBinary(Pack a, Pack& mantissa, Pack& exponent) {
  constexpr std::int64_t kHalfSquare = 0x3fe6a09e667f3bcd;  // sqrt(1/2)
  const Pack::Bits bits = (Pack::Bits)a.v;
  const Pack::Bits power = (bits - kHalfSquare) >> 52;
  mantissa.v = (Pack::Vector)(bits - (power << 52));
  exponent.v = __builtin_convertvector(power, Pack::Vector);
}

// A row of four potentials for the field stencil.
struct SimdRow {
  typedef double Vector __attribute__((vector_size(32)));
  Vector v;
  UNKICK_HD static SimdRow load(const double* p) {
    SimdRow r;
    memcpy(&r.v, p, sizeof r.v);
    return r;
  }
  UNKICK_HD static SimdRow of(double a, double b, double c, double d) { return {Vector{a, b, c, d}}; }
};
UNKICK_HD SimdRow operator+(SimdRow a, SimdRow b) { return {a.v + b.v}; }
UNKICK_HD SimdRow operator-(SimdRow a, SimdRow b) { return {a.v - b.v}; }
UNKICK_HD SimdRow operator*(double s, SimdRow a) { return {s * a.v}; }
UNKICK_HD double dot(SimdRow a, SimdRow b) {
  const SimdRow::Vector c = a.v * b.v;
  return (c[0] + c[1]) + (c[2] + c[3]);
}

}  // namespace unkick

// One function, compiled for several x86 levels and chosen when the library is loaded. Results are the same
// on each: there is no contraction and no reordering, only wider registers.
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && !defined(UNKICK_NO_CLONES)
#define UNKICK_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define UNKICK_CLONES
#endif
