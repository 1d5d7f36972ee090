// Any one of the local maps, as plain data, and the dispatch from its kind to its formulas.
// To add an element: write its header, give it a kind here and a case in `visit`.
#pragma once

#include "aperture.h"
#include "drift.h"
#include "exact_drift.h"
#include "lift.h"
#include "quadrupole.h"

namespace unkick {

enum class MapKind : int { LinearDrift, ExactDrift, Quadrupole, Aperture };

struct LocalMap {
  MapKind kind;
  union {
    LinearDrift drift;
    ExactDrift exactDrift;
    Quadrupole quadrupole;
    Aperture aperture;
  };
};

constexpr int kMostSums = 5;        // of any map
constexpr int kMostParameters = 2;  // of any map

template <class Visitor>
UNKICK_HD void visit(const LocalMap& map, Visitor&& visitor) {
  switch (map.kind) {
    case MapKind::LinearDrift: return visitor(map.drift);
    case MapKind::ExactDrift: return visitor(map.exactDrift);
    case MapKind::Quadrupole: return visitor(map.quadrupole);
    case MapKind::Aperture: return visitor(map.aperture);
  }
}

}  // namespace unkick
