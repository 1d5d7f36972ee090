// Any one of the local maps, as plain data, and the dispatch from its kind to its formulas.
// To add one: write its header, give it a kind here and a case in `visit`.
#pragma once

#include "aperture.h"
#include "chromatic_drift.h"
#include "chromatic_focusing.h"
#include "drift.h"
#include "exact_drift.h"
#include "focusing.h"
#include "lift.h"
#include "multipole_kick.h"
#include "quadratic_lift.h"
#include "rf_kick.h"
#include "rotation.h"

namespace unkick {

enum class MapKind : int {
  LinearDrift,
  ChromaticDrift,
  ExactDrift,
  Focusing,
  ChromaticFocusing,
  MomentumLift,
  PositionLift,
  BendLift,
  Rotation,
  MultipoleKick,
  RfKick,
  Aperture,
};

struct LocalMap {
  MapKind kind;
  union {
    LinearDrift drift;
    ChromaticDrift chromaticDrift;
    ExactDrift exactDrift;
    Focusing focusing;
    ChromaticFocusing chromaticFocusing;
    QuadraticLift<Sources::Momenta> momentumLift;
    QuadraticLift<Sources::Positions> positionLift;
    QuadraticLift<Sources::Bend> bendLift;
    Rotation rotation;
    MultipoleKick multipoleKick;
    RfKick rfKick;
    Aperture aperture;
  };
};

constexpr int kMostCoefficients = 9;  // of any map

// `map` is a LocalMap, const or not.
template <class Local, class Visitor>
UNKICK_HD void visit(Local& map, Visitor&& visitor) {
  switch (map.kind) {
    case MapKind::LinearDrift: return visitor(map.drift);
    case MapKind::ChromaticDrift: return visitor(map.chromaticDrift);
    case MapKind::ExactDrift: return visitor(map.exactDrift);
    case MapKind::Focusing: return visitor(map.focusing);
    case MapKind::ChromaticFocusing: return visitor(map.chromaticFocusing);
    case MapKind::MomentumLift: return visitor(map.momentumLift);
    case MapKind::PositionLift: return visitor(map.positionLift);
    case MapKind::BendLift: return visitor(map.bendLift);
    case MapKind::Rotation: return visitor(map.rotation);
    case MapKind::MultipoleKick: return visitor(map.multipoleKick);
    case MapKind::RfKick: return visitor(map.rfKick);
    case MapKind::Aperture: return visitor(map.aperture);
  }
}

}  // namespace unkick
