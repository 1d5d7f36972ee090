// A collimator: macroparticles outside it are lost. It moves nothing, so it has no lifts; what it changes is
// which particles live. A lost particle stays where it was lost, has no charge for anybody else, and comes
// back when the aperture is passed in reverse: one 4-byte index per particle, of the aperture that took it,
// is all that inversion needs. Where a beam passes a line several times the index counts on from turn to turn.
#pragma once

#include <climits>

#include "phase.h"

namespace unkick {

constexpr std::int32_t kAlive = INT32_MAX;

struct Aperture {
  double inverseHalfX, inverseHalfY;  // 1/m
  double elliptical;                  // 1 or 0
  std::int32_t index;                 // counts apertures along the line

  static constexpr int coefficients = 0;  // to differentiate by: that by a hard edge is zero almost everywhere
  static constexpr int lifts = 0;
  static constexpr unsigned targets(int) { return 0; }

  // Written so that what is not a number is outside.
  template <class R>
  UNKICK_HD Mask<R> takes(const Phase<R>& z) const {
    const R u = z[X] * inverseHalfX, v = z[Y] * inverseHalfY;
    const R ellipse = u * u + v * v;
    const Mask<R> inBox = (magnitude(u) <= 1.0) & (magnitude(v) <= 1.0);
    return negate(elliptical > 0 ? (ellipse <= 1.0) : inBox);
  }

  template <int, class R>
  UNKICK_HD void increment(const Phase<R>&, Phase<R>&) const {}
  template <int, class R>
  UNKICK_HD void incrementBar(const Phase<R>&, Phase<R>&, R*) const {}
};

inline Aperture aperture(double halfX, double halfY, bool elliptical, int index) {
  return {1.0 / halfX, 1.0 / halfY, elliptical ? 1.0 : 0.0, index};
}

// A lost particle's charge carries a minus sign, zero included, so that passes which only sum up charges
// need no other array to leave it out.
UNKICK_HD double liveCharge(double q) { return q > 0 ? q : 0.0; }

}  // namespace unkick
