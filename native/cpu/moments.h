// Passes that only look at the particles, or only change their adjoint: position moments, bounds of the
// momentum cotangents, full first and second moments, and cotangents of those.
#pragma once

#include "survivors.h"

namespace unkick {

template <class Storage>
void measureChunk(const Particles<Storage>& p, const Partials& partials, std::int64_t chunk);
template <class Storage>
void boundChunk(const Particles<Storage>& p, const Partials& partials, std::int64_t chunk);

// First sums q and q a (7 numbers), then sums q u u' about the mean (21 numbers) into the partial sums.
template <class Storage>
void firstMomentsChunk(const Particles<Storage>& p, const Partials& partials, std::int64_t chunk);
template <class Storage>
void secondMomentsChunk(const Particles<Storage>& p, const double* mean, const Partials& partials, std::int64_t chunk);

// Adds a moment cotangent to a pack's cotangents; the lost have no part in moments.
template <class Storage>
UNKICK_HD void applyCotangent(const MomentCotangent& cotangent, const Particles<Storage>& p, std::int64_t i, const Phase<Pack>& z,
                              Phase<Pack>& zBar) {
  const Pack q = Pack::load(p.charge + i), qBar = Pack::load(p.chargeBar + i);
  const PackMask lost = negativeSign(q);
  Phase<Pack> zChanged = zBar;
  Pack qChanged = qBar;
  cotangent.apply(z, liveCharge(q), zChanged, qChanged);
  zBar = asStored<typename Storage::Real>(select(lost, zBar, zChanged));
  select(lost, qBar, qChanged).store(p.chargeBar + i);
}

template <class Storage>
void applyCotangentChunk(const Particles<Storage>& p, const MomentCotangent& cotangent, std::int64_t chunk);

}  // namespace unkick
