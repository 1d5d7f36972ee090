// Passes that only look at the particles, or only change their adjoint: position moments, bounds of the
// momentum cotangents, full first and second moments, and cotangents of those.
#pragma once

#include "particles.h"
#include "partials.h"
#include "sweep_scalars.h"

namespace unkick::cuda {

void measurePositions(cudaStream_t stream, const Particles& particles, const Partials& partials, PositionMoments* moments);
void boundCotangents(cudaStream_t stream, const Particles& particles, const Partials& partials, double* bound);

// out: [kObservation] on the device, charge, mean, lower triangle of the covariance.
void observeMoments(cudaStream_t stream, const Particles& particles, const Partials& partials, double* out);

// cotangent: on the device.
void applyCotangent(cudaStream_t stream, const Particles& particles, const MomentCotangent* cotangent);

// to[i] += from[i]
void addArray(cudaStream_t stream, double* to, const double* from, std::int64_t count);

}  // namespace unkick::cuda
