// How a beam and its cotangents come into the arena and back: members of CpuBackend, for its own source file alone.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>

#include "cpu_backend.h"
#include "parallel.h"

namespace unkick {

template <class Storage>
void CpuBackend<Storage>::load(const HostBeam& beam, const Headroom& headroom) {
  double largest[kCoordinates];
  parallelFor(threads_, kCoordinates, [&](std::int64_t c, int) {
    largest[c] = 0;
    for (std::int64_t i = 0; i < beam.particles; ++i) largest[c] = larger(std::fabs(beam.coordinates[c][i]), largest[c]);
  });
  quanta_ = quantaFor(largest, headroom, coordinateBits(Storage::precision));
  for (int c = 0; c < kCoordinates; ++c) particles_.z[c].useQuantum(quanta_.quantum[c]);
  faults_.clear();
  largestCharge_ = *std::max_element(beam.charges, beam.charges + beam.particles);
  beamCharge_ = beam.totalCharge();
  order_ = LoadOrder(beam.coordinates[TAU], beam.particles);
  overParticles([&](std::int64_t particle, std::int64_t place) {
    for (int c = 0; c < kCoordinates; ++c) putCoordinate(c, place, beam.coordinates[c][particle]);
    particles_.charge[place] = std::fabs(beam.charges[particle]);  // a minus sign marks the lost, on a zero too
  });
  if (particles_.lost) std::fill(particles_.lost, particles_.lost + particles_.stride, kAlive);
  // Beyond the last macroparticle lie reference particles without charge.
  for (std::int64_t i = particles_.count; i < particles_.stride; ++i) {
    for (const auto& z : particles_.z) z.set(i, 0);
    particles_.charge[i] = 0;
  }
}

// Snapped; one that is out of range is a fault, and an integer may not hold it.
template <class Storage>
void CpuBackend<Storage>::putCoordinate(int c, std::int64_t place, double value) {
  const double a = snap(value, quanta_.magic[c]);
  if (!outside(a, quanta_.coordinateBound[c])) return particles_.z[c].set(place, a);
  particles_.z[c].set(place, 0);
  Fault fault;
  fault.kind = FaultKind::CoordinateRange;
  fault.coordinate = c;
  fault.particle = place;
  fault.excess = std::fabs(a) / quanta_.coordinateBound[c];
  faults_.report(fault);
}

template <class Storage>
void CpuBackend<Storage>::readCoordinates(double* const out[kCoordinates]) {
  overParticles([&](std::int64_t particle, std::int64_t place) {
    for (int c = 0; c < kCoordinates; ++c) out[c][particle] = particles_.z[c].at(place);
  });
}

template <class Storage>
void CpuBackend<Storage>::writeState(const double* const in[kCoordinates], const std::int32_t* lost) {
  overParticles([&](std::int64_t particle, std::int64_t place) {
    for (int c = 0; c < kCoordinates; ++c) putCoordinate(c, place, in[c][particle]);
    if (lost) markLost(place, lost[particle]);
  });
}

// The sign of a charge says what `lost` says.
template <class Storage>
void CpuBackend<Storage>::markLost(std::int64_t place, std::int32_t lost) {
  particles_.lost[place] = lost;
  particles_.charge[place] = std::copysign(particles_.charge[place], lost == kAlive ? 1.0 : -1.0);
}

template <class Storage>
void CpuBackend<Storage>::readLosses(std::int32_t* out) {
  overParticles([&](std::int64_t particle, std::int64_t place) { out[particle] = particles_.lost ? particles_.lost[place] : kAlive; });
}

template <class Storage>
void CpuBackend<Storage>::clearAdjoint() {
  overChunks([&](std::int64_t index) {
    const Chunk chunk = chunkAt(particles_, index);
    const std::size_t bytes = sizeof(Real) * (chunk.end - chunk.begin);
    for (Real* bar : particles_.zBar) std::memset(bar + chunk.begin, 0, bytes);
    std::memset(particles_.chargeBar + chunk.begin, 0, bytes);
  });
  std::memset(sums_, 0, sizeof(double) * line_.sums);
}

template <class Storage>
void CpuBackend<Storage>::addCotangent(const double* const coordinates[kCoordinates], const double* charges) {
  overParticles([&](std::int64_t particle, std::int64_t place) {
    for (int c = 0; c < kCoordinates; ++c) {
      if (coordinates[c]) particles_.zBar[c][place] = static_cast<Real>(particles_.zBar[c][place] + coordinates[c][particle]);
    }
    if (charges) particles_.chargeBar[place] = static_cast<Real>(particles_.chargeBar[place] + charges[particle]);
  });
}

template <class Storage>
void CpuBackend<Storage>::writeAdjoint(const double* const coordinates[kCoordinates]) {
  overParticles([&](std::int64_t particle, std::int64_t place) {
    for (int c = 0; c < kCoordinates; ++c) particles_.zBar[c][place] = static_cast<Real>(coordinates[c][particle]);
  });
}

template <class Storage>
void CpuBackend<Storage>::readAdjoint(double* const coordinates[kCoordinates], double* charges) {
  overParticles([&](std::int64_t particle, std::int64_t place) {
    for (int c = 0; c < kCoordinates; ++c) {
      if (coordinates[c]) coordinates[c][particle] = particles_.zBar[c][place];
    }
    if (charges) charges[particle] = particles_.chargeBar[place];
  });
}

template <class Storage>
Fault CpuBackend<Storage>::fault() {
  Fault fault = faults_.fault();
  if (fault.kind == FaultKind::CoordinateRange) fault.particle = order_.particleAt(fault.particle);
  return fault;
}

}  // namespace unkick
