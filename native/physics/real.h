// What every formula header needs: host+device marking and the few scalar operations that the CPU back
// end's SIMD pack overloads. Formulas are templates on the real type R: `double` (CUDA threads, scalar
// code) or a pack of doubles (CPU). No memory, no launches in this folder.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#if defined(__CUDACC__)
#define UNKICK_HD __host__ __device__ __forceinline__
#elif defined(__GNUC__)
// Always inlined, so that a function cloned for several instruction sets carries its formulas along.
#define UNKICK_HD inline __attribute__((always_inline))
#else
#define UNKICK_HD inline
#endif

// Unrolls the loop after it, so that small arrays which it indexes stay in registers.
#if defined(__CUDA_ARCH__)
#define UNKICK_UNROLL _Pragma("unroll")
#elif defined(__CUDACC__)  // nvcc's host pass knows neither spelling
#define UNKICK_UNROLL
#else
#define UNKICK_UNROLL _Pragma("GCC unroll 8")
#endif

namespace unkick {

constexpr double kPi = 3.14159265358979323846;
constexpr double kVacuumPermittivity = 8.8541878188e-12;  // F/m, CODATA 2022
constexpr double kSpeedOfLight = 299792458;               // m/s
constexpr double kCoulombConstant = 1.0 / (4.0 * kPi * kVacuumPermittivity);  // V m/C

template <class R>
struct MaskOf;
template <>
struct MaskOf<double> {
  using type = bool;
};
template <class R>
using Mask = typename MaskOf<R>::type;

UNKICK_HD double select(bool condition, double a, double b) { return condition ? a : b; }
UNKICK_HD double squareRoot(double a) { return ::sqrt(a); }
UNKICK_HD double magnitude(double a) { return ::fabs(a); }
UNKICK_HD double roundDown(double a) { return ::floor(a); }
UNKICK_HD bool negate(bool a) { return !a; }

UNKICK_HD double square(double a) { return a * a; }
UNKICK_HD double larger(double a, double b) { return a > b ? a : b; }

// 2^floor(log2 a) for a normal positive a, and 2^e for |e| < 1023, by their bit patterns: exact, and the
// same on host and device, where libm need not be.
UNKICK_HD int floorLog2(double a) {
  std::uint64_t bits;
  memcpy(&bits, &a, sizeof bits);
  return static_cast<int>((bits >> 52) & 0x7ff) - 1023;
}
UNKICK_HD double powerOfTwo(int exponent) {
  const std::uint64_t bits = static_cast<std::uint64_t>(exponent + 1023) << 52;
  double a;
  memcpy(&a, &bits, sizeof a);
  return a;
}

}  // namespace unkick
