// Passes that only look at the particles, or only change their adjoint: position moments, bounds of the
// momentum cotangents, full first and second moments, and cotangents of those.
#pragma once

#include "particles.h"

namespace unkick {

void measureChunk(const Particles& p, const Partials& partials, std::int64_t chunk);
void boundChunk(const Particles& p, const Partials& partials, std::int64_t chunk);

// First sums q and q a (7 numbers), then sums q u u' about the mean (21 numbers) into the partial sums.
void firstMomentsChunk(const Particles& p, const Partials& partials, std::int64_t chunk);
void secondMomentsChunk(const Particles& p, const double* mean, const Partials& partials, std::int64_t chunk);

void applyCotangentChunk(const Particles& p, const MomentCotangent& cotangent, std::int64_t chunk);

}  // namespace unkick
