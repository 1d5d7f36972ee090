// Passes that only look at the particles, or only change their adjoint: position moments, bounds of the
// momentum cotangents, full first and second moments, and cotangents of those.
#pragma once

#include "particles.h"
#include "partials.h"
#include "sweep_scalars.h"

namespace unkick::cuda {

template <class Storage>
void measurePositions(cudaStream_t stream, const Particles<Storage>& particles, const Partials& partials, PositionMoments* moments);
template <class Storage>
void boundCotangents(cudaStream_t stream, const Particles<Storage>& particles, const Partials& partials, double* bound);

// out: [kObservation] on the device, charge, mean, lower triangle of the covariance.
template <class Storage>
void observeMoments(cudaStream_t stream, const Particles<Storage>& particles, const Partials& partials, double* out);

// cotangent: on the device.
template <class Storage>
void applyCotangent(cudaStream_t stream, const Particles<Storage>& particles, const MomentCotangent* cotangent);

// to[i] += from[i]
template <class Real>
void addArray(cudaStream_t stream, Real* to, const double* from, std::int64_t count);

}  // namespace unkick::cuda
