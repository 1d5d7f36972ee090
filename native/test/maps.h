// Local maps with coefficients from closed forms, for electrons of a given energy.
#pragma once

#include "physics/kick_geometry.h"
#include "physics/local_map.h"

namespace unkick::testing {

constexpr double kElectron = 510998.95069;  // eV
constexpr double kEnergy = 25e6;            // eV

Reference electronReference(double energy = kEnergy);

LocalMap driftMap(double length, double energy = kEnergy);
LocalMap exactDriftMap(double length, double energy = kEnergy);
LocalMap chromaticDriftMap(double length, double energy = kEnergy);
// A combined-function sector magnet: kx x^2/2 + ky y^2/2 - h x (D - 1) in H.
LocalMap chromaticFocusingMap(double length, double kx, double ky, double curvature, double energy = kEnergy);
// Thick lens of strength k1 [1/m^2] in x and -k1 in y.
LocalMap quadrupoleMap(double length, double k1, double energy = kEnergy);
LocalMap rotationMap(double angle);
LocalMap multipoleMap(int order, double normal, double skew);
LocalMap rfKickMap(double amplitude, double phase, double waveNumber);
LocalMap apertureMap(double halfX, double halfY, bool elliptical);

template <Sources sources>
LocalMap liftMap(const QuadraticLift<sources>& lift) {
  LocalMap map = {};
  if constexpr (sources == Sources::Momenta) {
    map.kind = MapKind::MomentumLift;
    map.momentumLift = lift;
  } else if constexpr (sources == Sources::Positions) {
    map.kind = MapKind::PositionLift;
    map.positionLift = lift;
  } else {
    map.kind = MapKind::BendLift;
    map.bendLift = lift;
  }
  return map;
}

// A map's coefficients, with which its struct begins.
double* coefficientsOf(LocalMap& map);

}  // namespace unkick::testing
