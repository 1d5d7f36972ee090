// The field of a long beam at a particle straight from the potential, and its two adjoints: central differences at the nodes
// of the particle's cell, interpolated, are a linear functional of the 4 x 4 nodes around it, of which twelve have weight. With
// ghost nodes phi(-1) = 3 phi(0) - 3 phi(1) + phi(2) they are the one-sided differences of second order on the faces.
#pragma once

#include "cloud_in_cell.h"

namespace unkick {

// Weights along one axis over nodes i-1 .. i+2 for a particle at fraction f of cell i.
struct AxisWeights {
  double value[4];    // interpolation: 0, 1-f, f, 0
  double slope[4];    // interpolated difference, times 2h: -(1-f), -f, 1-f, f
};
UNKICK_HD AxisWeights axisWeights(double f) { return {{0.0, 1.0 - f, f, 0.0}, {f - 1.0, -f, 1.0 - f, f}}; }

// Bits by which the transposed extrapolation, with weights 3, -3 and 1 on each of two faces, can grow a sum.
constexpr int kPlaneFoldGrowth = 4;

// Cell and fraction along x and y; as GridPoint.
struct PlanePoint {
  int cell[2];
  double fraction[2];
  double xi[2];
  bool inside;
};

UNKICK_HD PlanePoint locateInPlane(const KickGeometry& g, const int* nodes, double x, double y) {
  PlanePoint point;
  const double r[2] = {x, y};
  point.inside = true;
  for (int d = 0; d < 2; ++d) {
    const double last = nodes[d] - 1;
    const double xi = (r[d] - g.centre[d] + g.half[d]) * g.inverseCell[d];
    const bool in = xi >= 0.0 && xi <= last;
    point.inside = point.inside && in;
    const double clamped = in ? xi : 0.0;
    const double floored = roundDown(clamped);
    const double cell = floored > last - 1.0 ? last - 1.0 : floored;
    point.cell[d] = static_cast<int>(cell);
    point.fraction[d] = clamped - cell;
    point.xi[d] = xi;
  }
  return point;
}

// Node (i - 1, j - 1) of the ghosted grid.
UNKICK_HD std::int64_t planeCorner(const GridShape& shape, const PlanePoint& point) {
  return shape.ghostAt(point.cell[0] - 1, point.cell[1] - 1);
}

// phi: at that node. f: [2] fractions. slope: [2] 2 h_d dphi/dr_d at the particle. Where derivatives, e: [2] is their cotangent
// and fBar: [2] becomes the gradient of e . slope by the fractions.
template <bool derivatives, class T>
UNKICK_HD void planeSlopes(const T* phi, std::int64_t row, const double* f, double* slope, const double* e = nullptr, double* fBar = nullptr) {
  const AxisWeights x = axisWeights(f[0]), y = axisWeights(f[1]);
  double value[4], sloped[4], valueByX[4], slopedByX[4];  // each row, with the weights along x
  UNKICK_UNROLL
  for (int b = 0; b < 4; ++b) {
    const double r[4] = {double(phi[b * row]), double(phi[b * row + 1]), double(phi[b * row + 2]), double(phi[b * row + 3])};
    value[b] = x.value[1] * r[1] + x.value[2] * r[2];
    sloped[b] = (x.slope[0] * r[0] + x.slope[1] * r[1]) + (x.slope[2] * r[2] + x.slope[3] * r[3]);
    valueByX[b] = r[2] - r[1];
    slopedByX[b] = (r[0] - r[1]) + (r[3] - r[2]);
  }
  slope[0] = y.value[1] * sloped[1] + y.value[2] * sloped[2];
  slope[1] = (y.slope[0] * value[0] + y.slope[1] * value[1]) + (y.slope[2] * value[2] + y.slope[3] * value[3]);
  if (!derivatives) return;
  fBar[0] = e[0] * (y.value[1] * slopedByX[1] + y.value[2] * slopedByX[2]) +
            e[1] * ((y.slope[0] * valueByX[0] + y.slope[1] * valueByX[1]) + (y.slope[2] * valueByX[2] + y.slope[3] * valueByX[3]));
  fBar[1] = e[0] * (sloped[2] - sloped[1]) + e[1] * ((value[0] - value[1]) + (value[3] - value[2]));
}

// Transpose of planeSlopes: add(offset, number) receives e . d(slope)/d(phi).
template <class Add>
UNKICK_HD void scatterPlaneSlopes(std::int64_t row, const double* f, const double* e, Add&& add) {
  const AxisWeights x = axisWeights(f[0]), y = axisWeights(f[1]);
  UNKICK_UNROLL
  for (int b = 0; b < 4; ++b) {
    UNKICK_UNROLL
    for (int a = 0; a < 4; ++a) {
      const bool inner = b == 1 || b == 2;
      if (inner) {
        add(b * row + a, e[0] * (y.value[b] * x.slope[a]) + e[1] * (y.slope[b] * x.value[a]));
      } else if (a == 1 || a == 2) {
        add(b * row + a, e[1] * (y.slope[b] * x.value[a]));
      }
    }
  }
}

// Interpolates a node quantity (the charge's cotangent); gradient: [3] by the two fractions, and the value.
// field: at node (i, j).
template <class T>
UNKICK_HD void interpolateInPlane(const T* field, std::int64_t row, const double* f, double* gradient) {
  const T *lower = field, *upper = field + row;
  const double stepBelow = double(lower[1]) - lower[0], stepAbove = double(upper[1]) - upper[0];
  const double below = lower[0] + f[0] * stepBelow, above = upper[0] + f[0] * stepAbove;
  gradient[0] = stepBelow + f[1] * (stepAbove - stepBelow);
  gradient[1] = above - below;
  gradient[2] = below + f[1] * (above - below);
}

}  // namespace unkick
