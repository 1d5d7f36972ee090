// The space-charge kick's grid and strength from the beam's moments (docs/mathematics.md), and the
// way back from their cotangents to moments, parameters and reference energy.
// Axes are x, y, z with z = -beta0 tau.
#pragma once

#include "moments.h"
#include "reference.h"

namespace unkick {

struct KickSpec {
  double effectLength;     // m
  double extent[3];        // half widths: in sigmas, or m
  int nodes[3];            // nx, ny, nz; nz = 1 is a long beam's kick: see kick_geometry_2d.h
  bool inSigmas;           // extent counts sigmas
  bool centred;            // the grid follows the mean; else it stays at the reference particle
  bool differentiateGrid;  // mean, sigma and cell sizes carry gradients
  Reference reference;
  double current = 0;      // A, of a long beam

  UNKICK_HD int dimensions() const { return nodes[2] == 1 ? 2 : 3; }
};

struct KickGeometry {
  int dimensions;           // what belongs to an axis beyond is zero
  PositionMoments moments;  // of x, y, tau, that the rest follows from
  double mean[3], sigma[3]; // m; of x, y, z
  double centre[3];         // m
  double half[3];           // half widths, m
  double cell[3];           // h, m
  double inverseCell[3];    // 1/m
  double strength;          // k, 1/(V/m): px += k Ex; of a long beam 1/(V/(A m)), because its potential is kept per ampere
  double beta;              // p += beta k Ez
  double aspect[3];         // (1, hy/hx, gamma0 hz/hx): the shape that the Green function depends on
  double perLineCharge;     // of a long beam: potential of 1 C on a node, over the Green function; V/(A C)
};

// Where the grid lies along one axis.
UNKICK_HD void placeAxis(const KickSpec& spec, const PositionMoments& m, int d, KickGeometry& g) {
  const double sign = d == 2 ? -g.beta : 1.0;
  const double spread = d == 2 ? g.beta : 1.0;
  g.mean[d] = sign * m.mean[d];
  g.sigma[d] = m.charge > 0 ? spread * squareRoot(m.deviation[d] / m.charge) : 0.0;
  g.centre[d] = spec.centred ? g.mean[d] : 0.0;
  g.half[d] = spec.inSigmas ? spec.extent[d] * g.sigma[d] : spec.extent[d];
  g.cell[d] = 2.0 * g.half[d] / (spec.nodes[d] - 1);
  g.inverseCell[d] = 1.0 / g.cell[d];
}

UNKICK_HD KickGeometry kickGeometry(const KickSpec& spec, const PositionMoments& m) {
  const Reference& ref = spec.reference;
  KickGeometry g = {};
  g.dimensions = 3;
  g.moments = m;
  g.beta = ref.beta;
  for (int d = 0; d < 3; ++d) placeAxis(spec, m, d, g);
  g.strength = spec.effectLength * ref.chargeNumber / (ref.momentum * ref.beta * ref.gamma * ref.gamma);
  g.aspect[0] = 1.0;
  g.aspect[1] = g.cell[1] / g.cell[0];
  g.aspect[2] = ref.gamma * g.cell[2] / g.cell[0];
  return g;
}

// A grid needs finite, positive extents.
UNKICK_HD int collapsedAxis(const KickGeometry& g) {
  for (int d = 0; d < g.dimensions; ++d) {
    if (!(g.half[d] > 0.0 && g.inverseCell[d] < 1e300)) return d;
  }
  return -1;
}

// Momentum increment per 2h-scaled slope of the potential: (px, py, p) += factor * slope.
UNKICK_HD void kickFactors(const KickGeometry& g, double* factor) {
  for (int d = 0; d < 3; ++d) {
    const double strength = d == 2 ? g.strength * g.beta : g.strength;
    factor[d] = -strength * (0.5 * g.inverseCell[d]);
  }
}

// What 1 C on a node adds to the unnormalised convolution with G in units of hx: G has hx^2 more, the
// density is the charge per cell, and the transforms multiply by `transforms`, the product of their lengths.
UNKICK_HD double potentialPerCharge(const KickGeometry& g, double transforms) {
  if (g.dimensions == 2) return g.perLineCharge / transforms;
  const double volume = g.cell[0] * g.cell[1] * g.cell[2];
  return kCoulombConstant * g.cell[0] * g.cell[0] / (volume * transforms);
}

// By what the charge is divided in the correlation with the potential's cotangent: by hx it is that of GBar with
// dG/d(cell) = hx dG/d(cell in units of hx). A long beam's Green function depends on the aspect alone.
UNKICK_HD double correlationLength(const KickGeometry& g) { return g.dimensions == 2 ? 1.0 : g.cell[0]; }

// What the particle loops of the adjoint kick sum up.
struct KickSums {
  double work[3];      // sum pxBar Ex, pyBar Ey, pBar Ez
  double nodeBar[3];   // sum xiBar over inside particles
  double spreadBar[3]; // sum xiBar xi
  double potential;    // sum q lambda, lambda = rhoBar/V gathered at the particle
};
constexpr int kKickSums = sizeof(KickSums) / sizeof(double);

struct KickParametersBar {
  double effectLength;
  double extent[3];  // of a long beam: by extents x and y, and by the current
  double gamma;      // by the local Lorentz factor, at a fixed unit of momentum
};

struct PositionMomentCotangent {
  double mean[3];   // by the charge-weighted mean of x, y, tau
  double sigma[3];  // by their rms
};

struct AxisBar {
  double mean, sigma, extent;
};

// From the cotangents of cell size and nodes along one axis.
UNKICK_HD AxisBar placeAxisBar(const KickSpec& spec, const KickGeometry& g, int d, double cellBar, double nodeBar) {
  const double halfBar = nodeBar * g.inverseCell[d] + 2.0 * cellBar / (spec.nodes[d] - 1);
  const double meanBar = spec.centred ? -nodeBar * g.inverseCell[d] : 0.0;
  if (!spec.inSigmas) return {meanBar, 0.0, halfBar};
  return {meanBar, spec.extent[d] * halfBar, g.sigma[d] * halfBar};
}

// greenBar: [3] sum over the grid of GBar dG/d(hx, hy, gamma0 hz).
UNKICK_HD PositionMomentCotangent kickGeometryBar(const KickSpec& spec, const KickGeometry& g, const KickSums& sums,
                                                  const double* greenBar, KickParametersBar& bar) {
  const Reference& ref = spec.reference;
  const double strengthBar = sums.work[0] + sums.work[1] + g.beta * sums.work[2];
  const double strengthPerLength = ref.chargeNumber / (ref.momentum * ref.beta * ref.gamma * ref.gamma);
  const double byBeta = betaByGamma(ref);
  bar.effectLength = strengthBar * strengthPerLength;
  double gammaBar = strengthBar * g.strength * (-byBeta / ref.beta - 2.0 / ref.gamma);
  gammaBar += g.strength * sums.work[2] * byBeta;
  gammaBar += greenBar[2] * g.cell[2];
  // z = -beta0 tau of each particle, with tau read back from xi.
  double betaBar = (sums.spreadBar[2] + (g.centre[2] - g.half[2]) * sums.nodeBar[2] * g.inverseCell[2]) / ref.beta;

  PositionMomentCotangent back = {{0, 0, 0}, {0, 0, 0}};
  for (int d = 0; d < 3; ++d) bar.extent[d] = 0;
  if (spec.differentiateGrid) {
    const double work[3] = {sums.work[0], sums.work[1], g.beta * sums.work[2]};
    const double stretch[3] = {1.0, 1.0, ref.gamma};
    for (int d = 0; d < 3; ++d) {
      const double cellBar = greenBar[d] * stretch[d] -
                             (g.strength * work[d] + sums.spreadBar[d] + sums.potential) * g.inverseCell[d];
      const AxisBar axis = placeAxisBar(spec, g, d, cellBar, sums.nodeBar[d]);
      bar.extent[d] = axis.extent;
      back.mean[d] = axis.mean;
      back.sigma[d] = axis.sigma;
      if (d == 2) {
        betaBar += axis.sigma * g.sigma[2] / ref.beta + axis.mean * g.mean[2] / ref.beta;
        back.mean[2] = -ref.beta * axis.mean;
        back.sigma[2] = ref.beta * axis.sigma;
      }
    }
  }
  bar.gamma = gammaBar + betaBar * byBeta;
  return back;
}

// As a cotangent on macroparticles: sigma^2 is a diagonal covariance, so covarianceBar = sigmaBar/(2 sigma).
UNKICK_HD MomentCotangent onParticles(const PositionMoments& m, const PositionMomentCotangent& back) {
  MomentCotangent cotangent = {};
  cotangent.charge = m.charge;
  for (int d = 0; d < 3; ++d) {
    const int i = positionOf(d);
    const double variance = m.deviation[d] / m.charge;
    const double sigma = squareRoot(variance);
    cotangent.centre[i] = m.mean[d];
    cotangent.mean[i] = back.mean[d];
    cotangent.covariance[i][i] = sigma > 0 ? 0.5 * back.sigma[d] / sigma : 0.0;
    cotangent.trace += cotangent.covariance[i][i] * variance;
  }
  return cotangent;
}

}  // namespace unkick
