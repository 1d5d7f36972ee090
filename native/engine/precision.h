// How wide numbers are in device memory. Arithmetic is in double precision whatever the storage: passes widen what
// they load and round what they store.
#pragma once

#include <cstddef>
#include <cstdint>

namespace unkick {

enum class Precision { F64, F32 };

// What the back ends' passes are templates on.
struct F64 {
  static constexpr Precision precision = Precision::F64;
  using Coordinate = double;
  using Real = double;  // cotangents, potentials, spectra, Green function
};
struct F32 {
  static constexpr Precision precision = Precision::F32;
  using Coordinate = std::int32_t;  // in quanta: as short as a float, and added to without rounding
  using Real = float;
};

constexpr std::size_t coordinateBytes(Precision p) { return p == Precision::F64 ? sizeof(F64::Coordinate) : sizeof(F32::Coordinate); }
template <class Real>
constexpr Precision precisionOf = sizeof(Real) == sizeof(double) ? Precision::F64 : Precision::F32;
constexpr std::size_t realBytes(Precision p) { return p == Precision::F64 ? sizeof(F64::Real) : sizeof(F32::Real); }

// A coordinate is less than 2^bits quanta: a double's 52, which leaves a bit for sums, or those of a 32-bit integer.
constexpr int coordinateBits(Precision p) { return p == Precision::F64 ? 52 : 31; }

}  // namespace unkick
