// The field at a particle straight from the potential, and its two adjoints.
//
// E at a node is a central difference of phi; the gather interpolates it with the cloud-in-cell weights.
// Both together are one linear functional of the 4 x 4 x 4 nodes around the particle, of which 12 rows of
// four along x have weight. With ghost values phi(-1) = 3 phi(0) - 3 phi(1) + phi(2) the central difference
// on a face *is* the one-sided second-order one, (-3 phi0 + 4 phi1 - phi2)/2h. So no field arrays are kept
// and the adjoint scatters into one potential grid instead of three field grids.
//
// Row is four consecutive doubles with +, scalar * and dot; `load` points at node i-1 of a row.
#pragma once

#include "cloud_in_cell.h"

namespace unkick {

// Four doubles in registers, for CUDA threads and for reference. The CPU back end has a SIMD one.
struct PlainRow {
  double v[4];
  UNKICK_HD static PlainRow load(const double* p) { return {{p[0], p[1], p[2], p[3]}}; }
  UNKICK_HD static PlainRow of(double a, double b, double c, double d) { return {{a, b, c, d}}; }
};
UNKICK_HD PlainRow operator+(PlainRow a, PlainRow b) {
  return {{a.v[0] + b.v[0], a.v[1] + b.v[1], a.v[2] + b.v[2], a.v[3] + b.v[3]}};
}
UNKICK_HD PlainRow operator*(double s, PlainRow a) { return {{s * a.v[0], s * a.v[1], s * a.v[2], s * a.v[3]}}; }
UNKICK_HD double dot(PlainRow a, PlainRow b) {
  return (a.v[0] * b.v[0] + a.v[1] * b.v[1]) + (a.v[2] * b.v[2] + a.v[3] * b.v[3]);
}

// Weights along one axis over nodes i-1 .. i+2 for a particle at fraction f of cell i.
struct AxisWeights {
  double value[4];    // interpolation: 0, 1-f, f, 0
  double slope[4];    // interpolated difference, times 2h: -(1-f), -f, 1-f, f
};
UNKICK_HD AxisWeights axisWeights(double f) { return {{0.0, 1.0 - f, f, 0.0}, {f - 1.0, -f, 1.0 - f, f}}; }

// Derivatives of the two by f.
constexpr double kValueByFraction[4] = {0.0, -1.0, 1.0, 0.0};
constexpr double kSlopeByFraction[4] = {1.0, -1.0, -1.0, 1.0};

UNKICK_HD bool innerRow(int b) { return b == 1 || b == 2; }

// phi: at node (i-1, j-1, k-1) of the ghosted grid. f: [3] fractions. Returns 2h-scaled slopes,
// slope[d] = 2 h_d dphi/dr_d at the particle.
template <class Row>
UNKICK_HD void potentialSlopes(const double* phi, std::int64_t row, std::int64_t plane, const double* f, double* slope) {
  const AxisWeights x = axisWeights(f[0]), y = axisWeights(f[1]), z = axisWeights(f[2]);
  Row alongX = Row::of(0, 0, 0, 0), alongY = alongX, alongZ = alongX;
#pragma GCC unroll 4
  for (int c = 0; c < 4; ++c) {
#pragma GCC unroll 4
    for (int b = 0; b < 4; ++b) {
      if (!innerRow(b) && !innerRow(c)) continue;
      const Row r = Row::load(phi + c * plane + b * row);
      if (innerRow(b) && innerRow(c)) alongX = alongX + (y.value[b] * z.value[c]) * r;
      if (innerRow(c)) alongY = alongY + (y.slope[b] * z.value[c]) * r;
      if (innerRow(b)) alongZ = alongZ + (y.value[b] * z.slope[c]) * r;
    }
  }
  const Row value = Row::of(x.value[0], x.value[1], x.value[2], x.value[3]);
  slope[0] = dot(alongX, Row::of(x.slope[0], x.slope[1], x.slope[2], x.slope[3]));
  slope[1] = dot(alongY, value);
  slope[2] = dot(alongZ, value);
}

// Gradient by the three fractions of  e . slopes(f), the same stencil once more differentiated.
template <class Row>
UNKICK_HD void potentialSlopesByFraction(const double* phi, std::int64_t row, std::int64_t plane, const double* f,
                                         const double* e, double* fBar) {
  const AxisWeights x = axisWeights(f[0]), y = axisWeights(f[1]), z = axisWeights(f[2]);
  const Row zero = Row::of(0, 0, 0, 0);
  Row sloped = zero, slopedByY = zero, slopedByZ = zero;  // contracted with x.slope below
  Row valued = zero, valuedByY = zero, valuedByZ = zero;  // contracted with x.value
#pragma GCC unroll 4
  for (int c = 0; c < 4; ++c) {
#pragma GCC unroll 4
    for (int b = 0; b < 4; ++b) {
      if (!innerRow(b) && !innerRow(c)) continue;
      const Row r = Row::load(phi + c * plane + b * row);
      if (innerRow(b) && innerRow(c)) {
        sloped = sloped + (y.value[b] * z.value[c]) * r;
        slopedByY = slopedByY + (kValueByFraction[b] * z.value[c]) * r;
        slopedByZ = slopedByZ + (y.value[b] * kValueByFraction[c]) * r;
      }
      valued = valued + (e[1] * y.slope[b] * z.value[c] + e[2] * y.value[b] * z.slope[c]) * r;
      valuedByY = valuedByY + (e[1] * kSlopeByFraction[b] * z.value[c] + e[2] * kValueByFraction[b] * z.slope[c]) * r;
      valuedByZ = valuedByZ + (e[1] * y.slope[b] * kValueByFraction[c] + e[2] * y.value[b] * kSlopeByFraction[c]) * r;
    }
  }
  const Row slope = Row::of(x.slope[0], x.slope[1], x.slope[2], x.slope[3]);
  const Row value = Row::of(x.value[0], x.value[1], x.value[2], x.value[3]);
  fBar[0] = e[0] * dot(sloped, Row::of(1, -1, -1, 1)) + dot(valued, Row::of(0, -1, 1, 0));
  fBar[1] = e[0] * dot(slopedByY, slope) + dot(valuedByY, value);
  fBar[2] = e[0] * dot(slopedByZ, slope) + dot(valuedByZ, value);
}

// Transpose of potentialSlopes: add(offset, row of four) receives e . d(slopes)/d(phi).
template <class Row, class Add>
UNKICK_HD void scatterSlopes(std::int64_t row, std::int64_t plane, const double* f, const double* e, Add&& add) {
  const AxisWeights x = axisWeights(f[0]), y = axisWeights(f[1]), z = axisWeights(f[2]);
  const Row slope = e[0] * Row::of(x.slope[0], x.slope[1], x.slope[2], x.slope[3]);
  const Row value = Row::of(x.value[0], x.value[1], x.value[2], x.value[3]);
#pragma GCC unroll 4
  for (int c = 0; c < 4; ++c) {
#pragma GCC unroll 4
    for (int b = 0; b < 4; ++b) {
      if (!innerRow(b) && !innerRow(c)) continue;
      Row r = (e[1] * y.slope[b] * z.value[c] + e[2] * y.value[b] * z.slope[c]) * value;
      if (innerRow(b) && innerRow(c)) r = r + (y.value[b] * z.value[c]) * slope;
      add(c * plane + b * row, r);
    }
  }
}

// Interpolates a node quantity (the charge's cotangent) and its gradient by the fractions.
// field: at node (i-1, j-1, k-1) of a ghosted grid.
template <class Row>
UNKICK_HD double interpolate(const double* field, std::int64_t row, std::int64_t plane, const double* f, double* byFraction) {
  const AxisWeights y = axisWeights(f[1]), z = axisWeights(f[2]);
  Row at = Row::of(0, 0, 0, 0), byY = at, byZ = at;
#pragma GCC unroll 2
  for (int c = 1; c < 3; ++c) {
#pragma GCC unroll 2
    for (int b = 1; b < 3; ++b) {
      const Row r = Row::load(field + c * plane + b * row);
      at = at + (y.value[b] * z.value[c]) * r;
      byY = byY + (kValueByFraction[b] * z.value[c]) * r;
      byZ = byZ + (y.value[b] * kValueByFraction[c]) * r;
    }
  }
  const Row value = Row::of(0, 1.0 - f[0], f[0], 0);
  byFraction[0] = dot(at, Row::of(0, -1, 1, 0));
  byFraction[1] = dot(byY, value);
  byFraction[2] = dot(byZ, value);
  return dot(at, value);
}

}  // namespace unkick
