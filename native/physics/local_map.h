// Any one of the local maps, as plain data, and the dispatch from its kind to its formulas.
// To add one: write its header, give it a kind here and a case in `visit`.
#pragma once

#include "aperture.h"
#include "drift.h"
#include "exact_drift.h"
#include "focusing.h"
#include "lift.h"
#include "multipole_kick.h"
#include "quadratic_lift.h"
#include "rotation.h"

namespace unkick {

enum class MapKind : int { LinearDrift, ExactDrift, Focusing, MomentumLift, PositionLift, BendLift, Rotation, MultipoleKick, Aperture };

struct LocalMap {
  MapKind kind;
  union {
    LinearDrift drift;
    ExactDrift exactDrift;
    Focusing focusing;
    QuadraticLift<Sources::Momenta> momentumLift;
    QuadraticLift<Sources::Positions> positionLift;
    QuadraticLift<Sources::Bend> bendLift;
    Rotation rotation;
    MultipoleKick multipoleKick;
    Aperture aperture;
  };
};

constexpr int kMostCoefficients = 9;  // of any map

// `map` is a LocalMap, const or not.
template <class Local, class Visitor>
UNKICK_HD void visit(Local& map, Visitor&& visitor) {
  switch (map.kind) {
    case MapKind::LinearDrift: return visitor(map.drift);
    case MapKind::ExactDrift: return visitor(map.exactDrift);
    case MapKind::Focusing: return visitor(map.focusing);
    case MapKind::MomentumLift: return visitor(map.momentumLift);
    case MapKind::PositionLift: return visitor(map.positionLift);
    case MapKind::BendLift: return visitor(map.bendLift);
    case MapKind::Rotation: return visitor(map.rotation);
    case MapKind::MultipoleKick: return visitor(map.multipoleKick);
    case MapKind::Aperture: return visitor(map.aperture);
  }
}

}  // namespace unkick
