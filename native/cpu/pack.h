// Eight doubles in SIMD registers, with the operations that the formulas in native/physics use. GCC's and
// Clang's vector extension lowers them to whatever the instruction set has; the arithmetic is IEEE double
// lane by lane, so results do not depend on which. Two halves of four, because GCC turns comparisons of
// wider vectors into scalar code.
#pragma once

#include "../engine/memory_plan.h"
#include "../physics/real.h"

namespace unkick {

typedef double Double4 __attribute__((vector_size(32)));
typedef std::int64_t Int4 __attribute__((vector_size(32)));

// Four numbers of any type, widened when they are loaded; a float is rounded to when it is stored, an integer
// truncated to. Written out, because GCC 12 widens whole vectors by halves: four instructions instead of one.
UNKICK_HD Double4 loadFour(const double* p) {
  Double4 four;
  memcpy(&four, p, sizeof four);
  return four;
}
template <class T>
UNKICK_HD Double4 loadFour(const T* p) {
  return Double4{static_cast<double>(p[0]), static_cast<double>(p[1]), static_cast<double>(p[2]), static_cast<double>(p[3])};
}
template <class T>
UNKICK_HD void storeFour(Double4 a, T* p) {
  typedef T Four __attribute__((vector_size(4 * sizeof(T))));
  const Four four = __builtin_convertvector(a, Four);
  memcpy(p, &four, sizeof four);
}

struct Pack {
  static constexpr int lanes = 8;
  static_assert(lanes == kPack, "particle arrays are padded to whole packs");

  Double4 low, high;

  template <class T>
  UNKICK_HD static Pack load(const T* p) {
    return {loadFour(p), loadFour(p + 4)};
  }
  template <class T>
  UNKICK_HD void store(T* p) const {
    storeFour(low, p);
    storeFour(high, p + 4);
  }
  UNKICK_HD static Pack all(double a) { return {a - Double4{}, a - Double4{}}; }
  UNKICK_HD static Pack ramp(double first) { return {first + Double4{0, 1, 2, 3}, first + Double4{4, 5, 6, 7}}; }
  UNKICK_HD double operator[](int lane) const { return lane < 4 ? low[lane] : high[lane - 4]; }
};

struct PackMask {
  Int4 low, high;
  UNKICK_HD bool any() const {
    const Int4 both = low | high;
    return ((both[0] | both[1]) | (both[2] | both[3])) != 0;
  }
  UNKICK_HD void store(std::int64_t* p) const {
    memcpy(p, &low, sizeof low);
    memcpy(p + 4, &high, sizeof high);
  }
};
template <>
struct MaskOf<Pack> {
  using type = PackMask;
};

UNKICK_HD Pack operator+(Pack a, Pack b) { return {a.low + b.low, a.high + b.high}; }
UNKICK_HD Pack operator-(Pack a, Pack b) { return {a.low - b.low, a.high - b.high}; }
UNKICK_HD Pack operator*(Pack a, Pack b) { return {a.low * b.low, a.high * b.high}; }
UNKICK_HD Pack operator/(Pack a, Pack b) { return {a.low / b.low, a.high / b.high}; }
UNKICK_HD Pack operator+(Pack a, double b) { return {a.low + b, a.high + b}; }
UNKICK_HD Pack operator-(Pack a, double b) { return {a.low - b, a.high - b}; }
UNKICK_HD Pack operator-(double a, Pack b) { return {a - b.low, a - b.high}; }
UNKICK_HD Pack operator*(Pack a, double b) { return {a.low * b, a.high * b}; }
UNKICK_HD Pack operator*(double a, Pack b) { return {a * b.low, a * b.high}; }
UNKICK_HD Pack operator/(double a, Pack b) { return {a / b.low, a / b.high}; }
UNKICK_HD Pack operator-(Pack a) { return {-a.low, -a.high}; }

UNKICK_HD PackMask operator>(Pack a, Pack b) { return {a.low > b.low, a.high > b.high}; }
UNKICK_HD PackMask operator>(Pack a, double b) { return {a.low > b, a.high > b}; }
UNKICK_HD PackMask operator>=(Pack a, double b) { return {a.low >= b, a.high >= b}; }
UNKICK_HD PackMask operator<=(Pack a, double b) { return {a.low <= b, a.high <= b}; }
UNKICK_HD PackMask operator<(Pack a, Pack b) { return {a.low < b.low, a.high < b.high}; }
UNKICK_HD PackMask operator<(Pack a, double b) { return {a.low < b, a.high < b}; }
UNKICK_HD PackMask operator&(PackMask a, PackMask b) { return {a.low & b.low, a.high & b.high}; }
UNKICK_HD PackMask operator|(PackMask a, PackMask b) { return {a.low | b.low, a.high | b.high}; }
UNKICK_HD PackMask negate(PackMask a) { return {~a.low, ~a.high}; }

UNKICK_HD Pack select(PackMask m, Pack a, Pack b) { return {m.low ? a.low : b.low, m.high ? a.high : b.high}; }
UNKICK_HD Pack larger(Pack a, Pack b) { return select(a > b, a, b); }
UNKICK_HD Pack smaller(Pack a, Pack b) { return select(a < b, a, b); }

UNKICK_HD Pack magnitude(Pack a) {
  constexpr std::int64_t kNoSign = 0x7fffffffffffffff;
  return {(Double4)((Int4)a.low & kNoSign), (Double4)((Int4)a.high & kNoSign)};
}
UNKICK_HD Pack squareRoot(Pack a) {
  for (int lane = 0; lane < 4; ++lane) a.low[lane] = __builtin_sqrt(a.low[lane]);
  for (int lane = 0; lane < 4; ++lane) a.high[lane] = __builtin_sqrt(a.high[lane]);
  return a;
}
// For 0 <= a < 2^51: to the nearest by the rounding of an addition, and one down where that went up.
UNKICK_HD Double4 roundDown(Double4 a) {
  const Double4 nearest = (a + 0x1.0p52) - 0x1.0p52;
  return nearest > a ? nearest - 1.0 : nearest;
}
UNKICK_HD Pack roundDown(Pack a) { return {roundDown(a.low), roundDown(a.high)}; }

UNKICK_HD double sumLanes(Pack a) {
  const Double4 s = a.low + a.high;
  return (s[0] + s[1]) + (s[2] + s[3]);
}
UNKICK_HD double largestLane(Pack a) {
  double most = a[0];
  for (int lane = 1; lane < Pack::lanes; ++lane) most = larger(most, a[lane]);
  return most;
}

UNKICK_HD void splitBinary(Double4 a, Double4& mantissa, Double4& exponent) {
  constexpr std::int64_t kHalfSquare = 0x3fe6a09e667f3bcd;  // sqrt(1/2)
  const Int4 bits = (Int4)a;
  const Int4 power = (bits - kHalfSquare) >> 52;
  mantissa = (Double4)(bits - (power << 52));
  // Small integers to double by the bits of 1.5 * 2^52, which needs no 64-bit conversion instruction.
  exponent = (Double4)(power + std::int64_t(0x4338000000000000)) - 0x1.8p52;
}
UNKICK_HD void splitBinary(Pack a, Pack& mantissa, Pack& exponent) {
  splitBinary(a.low, mantissa.low, exponent.low);
  splitBinary(a.high, mantissa.high, exponent.high);
}

// Clang knows only the one builtin, GCC before 12 only the other.
#if defined(__clang__) || __GNUC__ >= 12
#define UNKICK_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define UNKICK_SHUFFLE(a, b, ...) __builtin_shuffle(a, b, Int4{__VA_ARGS__})
#endif

}  // namespace unkick

// One function, compiled for several x86 levels up to UNKICK_X86_LEVEL (CMakeLists.txt), of which the best that the processor
// has is chosen when the library is loaded. Results are the same on each: there is no contraction and no reordering, only
// wider registers. GCC before 12 does not know these levels.
#if !defined(__x86_64__) || !defined(__GLIBC__) || defined(__clang__) || __GNUC__ < 12 || UNKICK_X86_LEVEL < 3
#define UNKICK_CLONES
#elif UNKICK_X86_LEVEL < 4
#define UNKICK_CLONES __attribute__((target_clones("default", "arch=x86-64-v3")))
#else
#define UNKICK_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
// Functions for registers of eight doubles alone: to be called where these are.
#define UNKICK_WIDE __attribute__((target("arch=x86-64-v4")))
namespace unkick {
inline bool hasWideRegisters() {
  static const bool has = __builtin_cpu_supports("x86-64-v4");
  return has;
}
}  // namespace unkick
#endif
