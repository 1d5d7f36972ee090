// Views of the particle arrays and of the chunks that they are worked on in.
#pragma once

#include <algorithm>

#include "../engine/memory_plan.h"
#include "../physics/phase.h"
#include "pack.h"

namespace unkick {

// One coordinate of every macroparticle: doubles, or integers that count its quanta.
template <class T>
struct CoordinateArray;

template <>
struct CoordinateArray<double> {
  double* data = nullptr;

  void useQuantum(double) {}
  UNKICK_HD Pack load(std::int64_t i) const { return Pack::load(data + i); }
  UNKICK_HD void store(Pack a, std::int64_t i) const { a.store(data + i); }
  UNKICK_HD double at(std::int64_t i) const { return data[i]; }
  void set(std::int64_t i, double a) const { data[i] = a; }
};

template <>
struct CoordinateArray<std::int32_t> {
  std::int32_t* data = nullptr;
  double quantum = 0, perQuantum = 0;  // powers of two: nothing is rounded

  void useQuantum(double q) {
    quantum = q;
    perQuantum = 1 / q;
  }
  UNKICK_HD Pack load(std::int64_t i) const { return quantum * Pack::load(data + i); }
  UNKICK_HD void store(Pack a, std::int64_t i) const { (perQuantum * a).store(data + i); }
  UNKICK_HD double at(std::int64_t i) const { return quantum * data[i]; }
  void set(std::int64_t i, double a) const { data[i] = static_cast<std::int32_t>(perQuantum * a); }
};

// What is stored alike in every precision.
struct ParticleArrays {
  std::int64_t count = 0;   // macroparticles
  std::int64_t stride = 0;  // padded to whole packs
  double* charge = nullptr;
  std::int32_t* lost = nullptr;  // aperture that took the particle; null where the line has none
};

template <class Storage>
struct Particles : ParticleArrays {
  using Real = typename Storage::Real;

  CoordinateArray<typename Storage::Coordinate> z[kCoordinates];
  Real* zBar[kCoordinates] = {};
  Real* chargeBar = nullptr;
};

struct Chunk {
  std::int64_t begin, end;  // whole packs
};

inline Chunk chunkAt(const ParticleArrays& p, std::int64_t chunk) {
  const std::int64_t size = chunkSize(p.count);
  return {chunk * size, std::min(p.stride, (chunk + 1) * size)};
}

template <class T>
UNKICK_HD Phase<Pack> loadPhase(const CoordinateArray<T>* z, std::int64_t i) {
  Phase<Pack> phase;
  for (int c = 0; c < kCoordinates; ++c) phase[c] = z[c].load(i);
  return phase;
}
template <class T>
UNKICK_HD void storePhase(const Phase<Pack>& phase, const CoordinateArray<T>* z, std::int64_t i) {
  for (int c = 0; c < kCoordinates; ++c) z[c].store(phase[c], i);
}

template <class Real>
UNKICK_HD Phase<Pack> loadBar(Real* const* zBar, std::int64_t i) {
  Phase<Pack> phase;
  for (int c = 0; c < kCoordinates; ++c) phase[c] = Pack::load(zBar[c] + i);
  return phase;
}
template <class Real>
UNKICK_HD void storeBar(const Phase<Pack>& phase, Real* const* zBar, std::int64_t i) {
  for (int c = 0; c < kCoordinates; ++c) phase[c].store(zBar[c] + i);
}

// Cotangents as they come back when they are stored and loaded: a pass that goes on with them rounds like two that
// hand them on in memory, so that every strategy gives the same bits.
template <class Real>
UNKICK_HD Phase<Pack> asStored(const Phase<Pack>& zBar) {
  if (sizeof(Real) == sizeof(double)) return zBar;
  Phase<Pack> rounded;
  for (int c = 0; c < kCoordinates; ++c) {
    Real lanes[Pack::lanes];
    zBar[c].store(lanes);
    rounded[c] = Pack::load(lanes);
  }
  return rounded;
}

// Partial results of one chunk.
struct Partials {
  double* base;
  int sums;  // capacity for sums per chunk

  static constexpr int kMomentNumbers = sizeof(PositionMoments) / sizeof(double);
  int perChunk() const { return sums + kMomentNumbers + 3; }
  double* sumsOf(std::int64_t chunk) const { return base + chunk * perChunk(); }
  PositionMoments* momentsOf(std::int64_t chunk) const { return reinterpret_cast<PositionMoments*>(sumsOf(chunk) + sums); }
  double* boundOf(std::int64_t chunk) const { return sumsOf(chunk) + sums + kMomentNumbers; }  // [3]
};

// Sums for the position moments of one chunk, about its first macroparticle.
struct MomentAccumulator {
  double about[3];
  Pack charge, first[3], second[3];

  UNKICK_HD void start(const Phase<Pack>& z) {
    charge = Pack::all(0);
    for (int d = 0; d < 3; ++d) {
      about[d] = z[positionOf(d)][0];
      first[d] = second[d] = charge;
    }
  }
  UNKICK_HD void add(const Phase<Pack>& z, Pack q) {
    charge = charge + q;
    for (int d = 0; d < 3; ++d) {
      const Pack u = z[positionOf(d)] - about[d];
      first[d] = first[d] + q * u;
      second[d] = second[d] + q * u * u;
    }
  }
  UNKICK_HD PositionMoments finish() const {
    double one[3], two[3];
    for (int d = 0; d < 3; ++d) {
      one[d] = sumLanes(first[d]);
      two[d] = sumLanes(second[d]);
    }
    return momentsAbout(sumLanes(charge), about, one, two);
  }
};

// Largest momentum cotangents of one chunk, which set the fixed-point scale of the adjoint scatter.
struct BoundAccumulator {
  Pack largest[3] = {Pack::all(0), Pack::all(0), Pack::all(0)};

  UNKICK_HD void add(const Phase<Pack>& zBar) {
    for (int d = 0; d < 3; ++d) largest[d] = unkick::larger(magnitude(zBar[momentumOf(d)]), largest[d]);
  }
  UNKICK_HD void finish(double* bound) const {
    for (int d = 0; d < 3; ++d) bound[d] = largestLane(largest[d]);
  }
};

}  // namespace unkick
