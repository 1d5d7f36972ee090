// Law 1: a map is a sequence of lifts. A lift adds to some coordinates (its targets) a function of the
// others: targets += f(sources; coefficients). From that one increment follow forward, inverse and adjoint.
//
// A map is a struct that begins with its coefficients, all double, and has
//   static constexpr int coefficients;                number of coefficients
//   static constexpr int lifts;                       number of lifts
//   UNKICK_HD static constexpr unsigned targets(int lift);      bit mask of the coordinates that the lift changes
//   increment<lift>(z, d)                             d[target] = f(z)
//   incrementBar<lift>(z, zBar, bar)                  zBar[source] += (df/dsource)^T zBar[target];
//                                                     bar[c] += (df/dcoefficient c)^T zBar[target]
// How coefficients follow from an element's parameters and the reference particle is the caller's business.
// Momenta and p are in units of the p0 at the line's entrance; `ratio` in comments is the local p0 over that.
#pragma once

#include <utility>

#include "snap.h"

namespace unkick {

template <unsigned targets, class R>
UNKICK_HD void addSnapped(Phase<R>& z, const Phase<R>& d, const Quanta& q, Mask<R>& fault) {
  UNKICK_UNROLL
  for (int i = 0; i < kCoordinates; ++i) {
    if (!(targets & bit(i))) continue;
    const R step = snap(d[i], q.magic[i]);
    z[i] = z[i] + step;
    fault = fault | outside(step, q.incrementBound[i]) | outside(z[i], q.coordinateBound[i]);
  }
}

// No range check: what is subtracted was checked when it was added.
template <unsigned targets, class R>
UNKICK_HD void subtractSnapped(Phase<R>& z, const Phase<R>& d, const Quanta& q) {
  UNKICK_UNROLL
  for (int i = 0; i < kCoordinates; ++i) {
    if (targets & bit(i)) z[i] = z[i] - snap(d[i], q.magic[i]);
  }
}

template <int lift = 0, class Map, class R>
UNKICK_HD void mapForward(const Map& map, Phase<R>& z, const Quanta& q, Mask<R>& fault) {
  if constexpr (lift < Map::lifts) {
    Phase<R> d;
    map.template increment<lift>(z, d);
    addSnapped<Map::targets(lift)>(z, d, q, fault);
    mapForward<lift + 1>(map, z, q, fault);
  }
}

template <class Map, int lift = Map::lifts - 1, class R>
UNKICK_HD void mapInverse(const Map& map, Phase<R>& z, const Quanta& q) {
  if constexpr (lift >= 0) {
    Phase<R> d;
    map.template increment<lift>(z, d);
    subtractSnapped<Map::targets(lift)>(z, d, q);
    mapInverse<Map, lift - 1>(map, z, q);
  }
}

// Takes the state after the map to the state before it and the cotangent with it. A lift leaves its
// sources alone, so that its increment's derivative can be taken before or after undoing it.
template <class Map, int lift = Map::lifts - 1, class R>
UNKICK_HD void mapReverse(const Map& map, Phase<R>& z, Phase<R>& zBar, R* bar, const Quanta& q) {
  if constexpr (lift >= 0) {
    Phase<R> d;
    map.template increment<lift>(z, d);
    subtractSnapped<Map::targets(lift)>(z, d, q);
    map.template incrementBar<lift>(z, zBar, bar);
    mapReverse<Map, lift - 1>(map, z, zBar, bar, q);
  }
}

}  // namespace unkick
