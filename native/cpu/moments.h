// Passes that only look at the particles, or only change their adjoint: position moments, bounds of the
// momentum cotangents, full first and second moments, and cotangents of those.
#pragma once

#include "survivors.h"

namespace unkick {

void measureChunk(const Particles& p, const Partials& partials, std::int64_t chunk);
void boundChunk(const Particles& p, const Partials& partials, std::int64_t chunk);

// First sums q and q a (7 numbers), then sums q u u' about the mean (21 numbers) into the partial sums.
void firstMomentsChunk(const Particles& p, const Partials& partials, std::int64_t chunk);
void secondMomentsChunk(const Particles& p, const double* mean, const Partials& partials, std::int64_t chunk);

// Adds a moment cotangent to a pack's cotangents; the lost have no part in moments.
UNKICK_HD void applyCotangent(const MomentCotangent& cotangent, const Particles& p, std::int64_t i, const Phase<Pack>& z,
                              Phase<Pack>& zBar) {
  const Pack q = Pack::load(p.charge + i), qBar = Pack::load(p.chargeBar + i);
  const PackMask lost = negativeSign(q);
  Phase<Pack> zChanged = zBar;
  Pack qChanged = qBar;
  cotangent.apply(z, liveCharge(q), zChanged, qChanged);
  zBar = select(lost, zBar, zChanged);
  select(lost, qBar, qChanged).store(p.chargeBar + i);
}

void applyCotangentChunk(const Particles& p, const MomentCotangent& cotangent, std::int64_t chunk);

}  // namespace unkick
