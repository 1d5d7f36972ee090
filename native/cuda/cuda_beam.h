// How a beam and its cotangents come to the device and back: members of CudaBackend, for its own source file alone.
#pragma once

#include <algorithm>
#include <cmath>
#include <mutex>

#include "cuda_backend.h"
#include "moments.h"
#include "state.h"

namespace unkick::cuda {

template <class Storage>
template <class T>
void CudaBackend<Storage>::read(T* to, const T* from, std::int64_t count) const {
  cuda::download(stream_, to, from, count);
  stream_.wait();
}

// f(particle, place) for every particle: its index for the caller, and on the device.
template <class Storage>
template <class F>
void CudaBackend<Storage>::overParticles(F&& f) const {
  order_.walkAll(f);
}

template <class Storage>
template <class To, class From>
std::unique_ptr<To[]> CudaBackend<Storage>::inLoadOrder(const From* from) const {
  std::unique_ptr<To[]> staged(new To[particles_.count]);  // not a vector: its pages are first touched by the walk's threads
  overParticles([&](std::int64_t particle, std::int64_t place) { staged[place] = static_cast<To>(from[particle]); });
  return staged;
}

template <class Storage>
template <class To, class From>
void CudaBackend<Storage>::sendParticles(To* to, const From* from) {
  const std::unique_ptr<To[]> staged = inLoadOrder<To>(from);
  cuda::upload(stream_, to, staged.get(), particles_.count);
  stream_.wait();
}

template <class Storage>
template <class To, class From>
void CudaBackend<Storage>::readParticles(To* to, const From* from) const {
  const std::unique_ptr<From[]> staged(new From[particles_.count]);
  read(staged.get(), from, particles_.count);
  overParticles([&](std::int64_t particle, std::int64_t place) { to[particle] = staged[place]; });
}

// Snapped; one that is out of range is a fault, and an integer may not hold it.
template <class Storage>
void CudaBackend<Storage>::sendCoordinates(const double* const in[kCoordinates]) {
  const int pass = faultPass(-1);
  FaultKey worst = kNoFault;
  std::mutex faults;
  const std::unique_ptr<Coordinate[]> staged(new Coordinate[particles_.count]);
  for (int c = 0; c < kCoordinates; ++c) {
    overParticles([&](std::int64_t particle, std::int64_t place) {
      const double a = snap(in[c][particle], quanta_.magic[c]);
      const bool fits = !outside(a, quanta_.coordinateBound[c]);
      staged[place] = particles_.format.narrow(c, fits ? a : 0.0);
      if (fits) return;
      const std::lock_guard<std::mutex> lock(faults);
      worst = std::min(worst, faultKey(pass, place, c, magnitude(a) / quanta_.coordinateBound[c]));
    });
    cuda::upload(stream_, particles_.z + c * particles_.stride, staged.get(), particles_.count);
    stream_.wait();
  }
  FaultKey earlier = kNoFault;
  if (worst != kNoFault) read(&earlier, &scalars_->fault, 1);
  if (worst < earlier) cuda::upload(stream_, &scalars_->fault, &worst, 1);
  stream_.wait();
}

template <class Storage>
void CudaBackend<Storage>::load(const HostBeam& beam, const Headroom& headroom) {
  order_ = LoadOrder(beam.coordinates[TAU], beam.particles);
  beamCharge_ = beam.totalCharge();
  double largest[kCoordinates] = {};
  onHostThreads(kCoordinates, [&](int c) {
    double most = 0;
    for (std::int64_t i = 0; i < beam.particles; ++i) most = larger(std::fabs(beam.coordinates[c][i]), most);
    largest[c] = most;
  });
  const std::unique_ptr<double[]> charges = inLoadOrder<double>(beam.charges);
  double largestCharge = 0;
  for (std::int64_t i = 0; i < particles_.count; ++i) {
    charges[i] = std::fabs(charges[i]);  // a minus sign marks the lost, on a zero too
    largestCharge = larger(charges[i], largestCharge);
  }
  cuda::upload(stream_, particles_.charge, charges.get(), particles_.count);
  if (particles_.lost) {
    const std::vector<std::int32_t> alive(particles_.count, kAlive);
    cuda::upload(stream_, particles_.lost, alive.data(), particles_.count);
    stream_.wait();
  }
  quanta_ = quantaFor(largest, headroom, coordinateBits(Storage::precision));
  particles_.format.useQuanta(quanta_);
  chargeScale_ = fixedPointScale(largestCharge, static_cast<double>(beam.particles), 0);
  clearFault();
  cuda::upload(stream_, maps_, line_.maps.data(), line_.maps.size());  // the line may have other numbers than last time
  sendCoordinates(beam.coordinates);
}

template <class Storage>
void CudaBackend<Storage>::readCoordinates(double* const out[kCoordinates]) {
  for (int c = 0; c < kCoordinates; ++c) {
    const std::unique_ptr<Coordinate[]> staged(new Coordinate[particles_.count]);
    read(staged.get(), particles_.z + c * particles_.stride, particles_.count);
    overParticles([&](std::int64_t particle, std::int64_t place) { out[c][particle] = particles_.format.widen(c, staged[place]); });
  }
}

template <class Storage>
void CudaBackend<Storage>::writeState(const double* const in[kCoordinates], const std::int32_t* lost) {
  sendCoordinates(in);
  if (!lost) return;
  sendParticles(particles_.lost, lost);
  markLosses(stream_, particles_);
}

template <class Storage>
void CudaBackend<Storage>::readLosses(std::int32_t* out) {
  if (particles_.lost) return readParticles(out, particles_.lost);
  std::fill(out, out + particles_.count, kAlive);
}

template <class Storage>
void CudaBackend<Storage>::clearAdjoint() {
  clear(stream_, particles_.zBar, kCoordinates * particles_.stride);
  clear(stream_, particles_.chargeBar, particles_.stride);
  clear(stream_, sums_, line_.sums);
}

// By way of the partial sums' memory, idle between passes: an objective's cotangent needs no array of its own.
template <class Storage>
void CudaBackend<Storage>::addCotangent(const double* const coordinates[kCoordinates], const double* charges) {
  const std::int64_t piece = partials_.chunks * Partials::kNumbers;
  for (int c = 0; c <= kCoordinates; ++c) {
    const double* from = c < kCoordinates ? coordinates[c] : charges;
    Real* to = c < kCoordinates ? particles_.zBar + c * particles_.stride : particles_.chargeBar;
    if (!from) continue;
    const std::unique_ptr<double[]> staged = inLoadOrder<double>(from);
    for (std::int64_t i = 0; i < particles_.count; i += piece) {
      const std::int64_t count = std::min(piece, particles_.count - i);
      cuda::upload(stream_, partials_.base, staged.get() + i, count);
      addArray(stream_, to + i, partials_.base, count);
    }
    stream_.wait();
  }
}

template <class Storage>
void CudaBackend<Storage>::writeAdjoint(const double* const coordinates[kCoordinates]) {
  for (int c = 0; c < kCoordinates; ++c) sendParticles(particles_.zBar + c * particles_.stride, coordinates[c]);
}

template <class Storage>
void CudaBackend<Storage>::readAdjoint(double* const coordinates[kCoordinates], double* charges) {
  for (int c = 0; c < kCoordinates; ++c) {
    if (coordinates[c]) readParticles(coordinates[c], particles_.zBar + c * particles_.stride);
  }
  if (charges) readParticles(charges, particles_.chargeBar);
}

}  // namespace unkick::cuda
