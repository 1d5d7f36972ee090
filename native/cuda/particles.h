// Views of the particle arrays on the device, and of the chunks that blocks sum over.
#pragma once

#include "../engine/memory_plan.h"
#include "../physics/snap.h"

namespace unkick::cuda {

// How a coordinate lies in memory: as it is, or as an integer that counts its quanta.
template <class T>
struct CoordinateFormat;

template <>
struct CoordinateFormat<double> {
  void useQuanta(const Quanta&) {}
  UNKICK_HD double widen(int, double a) const { return a; }
  UNKICK_HD double narrow(int, double a) const { return a; }
};

template <>
struct CoordinateFormat<std::int32_t> {
  double quantum[kCoordinates], perQuantum[kCoordinates];  // powers of two: nothing is rounded

  void useQuanta(const Quanta& quanta) {
    for (int c = 0; c < kCoordinates; ++c) {
      quantum[c] = quanta.quantum[c];
      perQuantum[c] = 1 / quantum[c];
    }
  }
  UNKICK_HD double widen(int c, std::int32_t whole) const { return quantum[c] * whole; }
  UNKICK_HD std::int32_t narrow(int c, double a) const { return static_cast<std::int32_t>(perQuantum[c] * a); }
};

// What is stored alike in every precision.
struct ParticleArrays {
  std::int64_t count;      // macroparticles
  std::int64_t stride;     // of the coordinate arrays
  std::int64_t chunkSize;  // macroparticles that one block sums over
  double* charge;          // [stride], negative where the particle is lost
  std::int32_t* lost;      // [stride] aperture that took the particle, or kAlive; null where the line has none

  UNKICK_HD std::int64_t chunkBegin(std::int64_t chunk) const { return chunk * chunkSize; }
  UNKICK_HD std::int64_t chunkEnd(std::int64_t chunk) const {
    const std::int64_t end = (chunk + 1) * chunkSize;
    return end < count ? end : count;
  }
};

template <class Storage>
struct Particles : ParticleArrays {
  using Coordinate = typename Storage::Coordinate;
  using Real = typename Storage::Real;

  Coordinate* z;    // [6][stride]
  Real* zBar;       // [6][stride], or null
  Real* chargeBar;  // [stride], or null
  CoordinateFormat<Coordinate> format;

  UNKICK_HD double at(int coordinate, std::int64_t i) const { return format.widen(coordinate, z[coordinate * stride + i]); }
  UNKICK_HD void set(int coordinate, std::int64_t i, double a) const { z[coordinate * stride + i] = format.narrow(coordinate, a); }
  UNKICK_HD double barAt(int coordinate, std::int64_t i) const { return zBar[coordinate * stride + i]; }
  UNKICK_HD void setBar(int coordinate, std::int64_t i, double a) const { zBar[coordinate * stride + i] = static_cast<Real>(a); }
  UNKICK_HD double chargeBarAt(std::int64_t i) const { return chargeBar[i]; }
  UNKICK_HD void setChargeBar(std::int64_t i, double a) const { chargeBar[i] = static_cast<Real>(a); }

  UNKICK_HD Phase<double> load(std::int64_t i) const {
    Phase<double> phase;
    for (int c = 0; c < kCoordinates; ++c) phase[c] = at(c, i);
    return phase;
  }
  UNKICK_HD void store(const Phase<double>& phase, std::int64_t i) const {
    for (int c = 0; c < kCoordinates; ++c) set(c, i, phase[c]);
  }
  UNKICK_HD Phase<double> loadBar(std::int64_t i) const {
    Phase<double> phase;
    for (int c = 0; c < kCoordinates; ++c) phase[c] = barAt(c, i);
    return phase;
  }
  UNKICK_HD void storeBar(const Phase<double>& phase, std::int64_t i) const {
    for (int c = 0; c < kCoordinates; ++c) setBar(c, i, phase[c]);
  }
};

// Cotangents as they come back when they are stored and loaded: a pass that goes on with them rounds like two that
// hand them on in memory, so that every strategy gives the same bits.
template <class Real>
UNKICK_HD Phase<double> asStored(const Phase<double>& zBar) {
  Phase<double> rounded;
  for (int c = 0; c < kCoordinates; ++c) rounded[c] = static_cast<Real>(zBar[c]);
  return rounded;
}

}  // namespace unkick::cuda
