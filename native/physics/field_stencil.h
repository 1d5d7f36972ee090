// The field at a particle straight from the potential, and its two adjoints.
//
// E at a node is a central difference of phi; the gather interpolates it with the cloud-in-cell weights.
// Both together are one linear functional of the 4 x 4 x 4 nodes around the particle, of which 12 rows of
// four along x have weight. With ghost values phi(-1) = 3 phi(0) - 3 phi(1) + phi(2) the central difference
// on a face *is* the one-sided second-order one, (-3 phi0 + 4 phi1 - phi2)/2h. So on CUDA no field arrays are kept
// and the adjoint scatters into one potential grid instead of three field grids.
//
// Row is four consecutive doubles with +, -, *, scalar * and sumRows; `load` points at node i-1 of a row, of T,
// double or float.
#pragma once

#include "cloud_in_cell.h"

namespace unkick {

// Four doubles in registers, for CUDA threads and for reference.
struct PlainRow {
  double v[4];
  template <class T>
  UNKICK_HD static PlainRow load(const T* p) {
    return {{p[0], p[1], p[2], p[3]}};
  }
  UNKICK_HD static PlainRow of(double a, double b, double c, double d) { return {{a, b, c, d}}; }
};
UNKICK_HD PlainRow operator+(PlainRow a, PlainRow b) {
  return {{a.v[0] + b.v[0], a.v[1] + b.v[1], a.v[2] + b.v[2], a.v[3] + b.v[3]}};
}
UNKICK_HD PlainRow operator-(PlainRow a, PlainRow b) {
  return {{a.v[0] - b.v[0], a.v[1] - b.v[1], a.v[2] - b.v[2], a.v[3] - b.v[3]}};
}
UNKICK_HD PlainRow operator*(double s, PlainRow a) { return {{s * a.v[0], s * a.v[1], s * a.v[2], s * a.v[3]}}; }
UNKICK_HD PlainRow operator*(PlainRow a, PlainRow b) {
  return {{a.v[0] * b.v[0], a.v[1] * b.v[1], a.v[2] * b.v[2], a.v[3] * b.v[3]}};
}
// Sums over four rows each: together, because SIMD adds across rows cheaper than along one.
UNKICK_HD void sumRows(PlainRow a, PlainRow b, PlainRow c, PlainRow d, double* sums) {
  const PlainRow rows[4] = {a, b, c, d};
  for (int i = 0; i < 4; ++i) sums[i] = (rows[i].v[0] + rows[i].v[1]) + (rows[i].v[2] + rows[i].v[3]);
}

// Weights along one axis over nodes i-1 .. i+2 for a particle at fraction f of cell i.
struct AxisWeights {
  double value[4];    // interpolation: 0, 1-f, f, 0
  double slope[4];    // interpolated difference, times 2h: -(1-f), -f, 1-f, f
};
UNKICK_HD AxisWeights axisWeights(double f) { return {{0.0, 1.0 - f, f, 0.0}, {f - 1.0, -f, 1.0 - f, f}}; }

// The 12 rows contracted along z, for each row index b along y. Rows b = 0 and 3 only ever meet z's
// interpolation weights.
template <class Row>
struct ContractedRows {
  Row value[4];            // sum_c z.value[c] r[b][c]
  Row slope[4];            // sum_c z.slope[c] r[b][c], b = 1, 2
  Row valueByFraction[4];  // the same two with the weights' derivatives by z's fraction
  Row slopeByFraction[4];
};

// phi: at node (i-1, j-1, k-1) of the ghosted grid.
template <bool derivatives, class Row, class T>
UNKICK_HD ContractedRows<Row> contractAlongZ(const T* phi, std::int64_t row, std::int64_t plane, const AxisWeights& z) {
  ContractedRows<Row> r;
  UNKICK_UNROLL
  for (int b = 0; b < 4; ++b) {
    const T* at = phi + b * row;
    const Row lower = Row::load(at + plane), upper = Row::load(at + 2 * plane);
    r.value[b] = z.value[1] * lower + z.value[2] * upper;
    if (derivatives) r.valueByFraction[b] = upper - lower;
    if (b == 0 || b == 3) continue;
    const Row below = Row::load(at), above = Row::load(at + 3 * plane);
    r.slope[b] = (z.slope[0] * below + z.slope[1] * lower) + (z.slope[2] * upper + z.slope[3] * above);
    if (derivatives) r.slopeByFraction[b] = (below - lower) + (above - upper);
  }
  return r;
}

// The weights along x as rows; the same numbers as axisWeights gives.
template <class Row>
UNKICK_HD Row valueRow(double f) {
  return Row::of(0, 1, 0, 0) + f * Row::of(0, -1, 1, 0);
}
template <class Row>
UNKICK_HD Row slopeRow(double f) {
  return Row::of(-1, 0, 1, 0) + f * Row::of(1, -1, -1, 1);
}

// With weights along y: sums over its four, or its two inner, rows.
template <class Row>
UNKICK_HD Row overFour(const double* weight, const Row* r) {
  return (weight[0] * r[0] + weight[1] * r[1]) + (weight[2] * r[2] + weight[3] * r[3]);
}
template <class Row>
UNKICK_HD Row overTwo(const double* weight, const Row* r) {
  return weight[1] * r[1] + weight[2] * r[2];
}

// f: [3] fractions. slope: [3] 2 h_d dphi/dr_d at the particle. Where derivatives, e: [3] is their cotangent
// and fBar: [3] becomes the gradient of e . slope by the fractions.
template <bool derivatives, class Row, class T>
UNKICK_HD void potentialSlopes(const T* phi, std::int64_t row, std::int64_t plane, const double* f, double* slope,
                               const double* e = nullptr, double* fBar = nullptr) {
  const AxisWeights y = axisWeights(f[1]), z = axisWeights(f[2]);
  const ContractedRows<Row> r = contractAlongZ<derivatives, Row>(phi, row, plane, z);
  const Row xValue = valueRow<Row>(f[0]), xSlope = slopeRow<Row>(f[0]), none = Row::of(0, 0, 0, 0);
  const Row alongX = overTwo(y.value, r.value), alongY = overFour(y.slope, r.value), alongZ = overTwo(y.value, r.slope);
  double sums[4];
  sumRows(alongX * xSlope, alongY * xValue, alongZ * xValue, none, sums);
  for (int d = 0; d < 3; ++d) slope[d] = sums[d];
  if (!derivatives) return;

  const Row valueByX = Row::of(0, -1, 1, 0), slopeByX = Row::of(1, -1, -1, 1);
  const Row alongYByY = (r.value[0] - r.value[1]) + (r.value[3] - r.value[2]), alongZByY = r.slope[2] - r.slope[1];
  const Row alongXByZ = overTwo(y.value, r.valueByFraction);
  const Row alongYByZ = overFour(y.slope, r.valueByFraction), alongZByZ = overTwo(y.value, r.slopeByFraction);
  sumRows((e[0] * alongX) * slopeByX + (e[1] * alongY + e[2] * alongZ) * valueByX,
          (e[0] * (r.value[2] - r.value[1])) * xSlope + (e[1] * alongYByY + e[2] * alongZByY) * xValue,
          (e[0] * alongXByZ) * xSlope + (e[1] * alongYByZ + e[2] * alongZByZ) * xValue, none, sums);
  for (int d = 0; d < 3; ++d) fBar[d] = sums[d];
}

// Transpose of potentialSlopes: add(offset, row of four) receives e . d(slope)/d(phi).
template <class Row, class Add>
UNKICK_HD void scatterSlopes(std::int64_t row, std::int64_t plane, const double* f, const double* e, Add&& add) {
  const AxisWeights y = axisWeights(f[1]), z = axisWeights(f[2]);
  const Row slope = e[0] * slopeRow<Row>(f[0]), value = valueRow<Row>(f[0]);
  UNKICK_UNROLL
  for (int c = 0; c < 4; ++c) {
    UNKICK_UNROLL
    for (int b = 0; b < 4; ++b) {
      const bool innerB = b == 1 || b == 2, innerC = c == 1 || c == 2;
      if (innerB && innerC) {
        const Row r = (e[1] * y.slope[b] * z.value[c] + e[2] * y.value[b] * z.slope[c]) * value;
        add(c * plane + b * row, r + (y.value[b] * z.value[c]) * slope);
      } else if (innerC) {
        add(c * plane + b * row, (e[1] * y.slope[b] * z.value[c]) * value);
      } else if (innerB) {
        add(c * plane + b * row, (e[2] * y.value[b] * z.slope[c]) * value);
      }
    }
  }
}

// Interpolates a node quantity (the charge's cotangent); gradient: [4] by the three fractions, and the value.
// field: at node (i-1, j-1, k-1) of a ghosted grid.
template <class Row, class T>
UNKICK_HD void interpolate(const T* field, std::int64_t row, std::int64_t plane, const double* f, double* gradient) {
  const AxisWeights y = axisWeights(f[1]), z = axisWeights(f[2]);
  const T* at = field + plane + row;
  const Row r11 = Row::load(at), r21 = Row::load(at + row), r12 = Row::load(at + plane), r22 = Row::load(at + plane + row);
  const Row lower = y.value[1] * r11 + y.value[2] * r21, upper = y.value[1] * r12 + y.value[2] * r22;
  const Row both = z.value[1] * lower + z.value[2] * upper, xValue = valueRow<Row>(f[0]);
  sumRows(both * Row::of(0, -1, 1, 0), (z.value[1] * (r21 - r11) + z.value[2] * (r22 - r12)) * xValue,
          (upper - lower) * xValue, both * xValue, gradient);
}

}  // namespace unkick
