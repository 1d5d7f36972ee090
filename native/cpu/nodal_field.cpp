#include "nodal_field.h"

#include <algorithm>
#include <utility>

#include "../physics/nodal_slopes.h"
#include "node_vectors.h"

namespace unkick {

namespace {

// Three rows that a slope along y or z is taken from, with their weights.
template <class Real>
struct RowSlope {
  const Real* row[3];
  double weight[3];

  RowSlope(const AxisSlope& slope, const Real* first, std::int64_t pitch) {
    for (int r = 0; r < 3; ++r) {
      row[r] = first + (slope.first + r) * pitch;
      weight[r] = slope.weight[r];
    }
  }
  UNKICK_HD double at(int i) const { return weight[0] * row[0][i] + weight[1] * row[1][i] + weight[2] * row[2][i]; }
  UNKICK_HD Double4 fourAt(int i) const {
    return weight[0] * loadFour(row[0] + i) + weight[1] * loadFour(row[1] + i) + weight[2] * loadFour(row[2] + i);
  }
};

// Four nodes at once, from four of each lane.
template <class Real>
UNKICK_HD void storeNodes(Double4 x, Double4 y, Double4 z, Double4 chargeBar, Real* nodes) {
  Double4 rows[kNodeLanes] = {x, y, z, chargeBar};
  transpose(rows);
  for (int p = 0; p < 4; ++p) storeFour(rows[p], nodes + kNodeLanes * p);
}

template <class Real>
UNKICK_CLONES void fillRow(int n, const Real* phi, const RowSlope<Real>& y, const RowSlope<Real>& z, const Real* chargeBar, Real* nodes) {
  const auto fill = [&](int i, double slope) __attribute__((always_inline)) {
    const double values[kNodeLanes] = {slope, y.at(i), z.at(i), chargeBar ? chargeBar[i] : 0.0};
    for (int l = 0; l < kNodeLanes; ++l) nodes[kNodeLanes * std::int64_t(i) + l] = static_cast<Real>(values[l]);
  };
  fill(0, (-3.0 * phi[0] + 4.0 * phi[1]) - phi[2]);
  int i = 1;
  for (; i + 4 < n; i += 4) {
    const Double4 slope = loadFour(phi + i + 1) - loadFour(phi + i - 1);
    storeNodes(slope, y.fourAt(i), z.fourAt(i), chargeBar ? loadFour(chargeBar + i) : Double4{}, nodes + kNodeLanes * std::int64_t(i));
  }
  for (; i < n - 1; ++i) fill(i, static_cast<double>(phi[i + 1]) - phi[i - 1]);
  fill(n - 1, (3.0 * phi[n - 1] - 4.0 * phi[n - 2]) + phi[n - 3]);
}

// bar: [n + 2], its first and last beyond the row.
UNKICK_CLONES
void addSlopesBarX(int n, double* bar, double* row) {
  // On the faces slopes are one-sided; between them, central differences.
  const double first = bar[1], last = bar[n];
  bar[0] = bar[1] = bar[n] = bar[n + 1] = 0;
  for (int i = 0; i < n; ++i) row[i] += bar[i] - bar[i + 2];
  for (const auto& [face, faceBar] : {std::pair(0, first), std::pair(n - 1, last)}) {
    const AxisSlope slope = axisSlope(face, n);
    for (int r = 0; r < 3; ++r) row[slope.first + r] += slope.weight[r] * faceBar;
  }
}

}  // namespace

template <class Real>
void fillNodes(const GridShape& shape, int k, const Real* potential, const Real* chargeBar, Real* nodes) {
  const int* n = shape.n;
  for (int j = 0; j < n[1]; ++j) {
    const RowSlope<Real> y(axisSlope(j, n[1]), potential + shape.at(0, 0, k), n[0]);
    const RowSlope<Real> z(axisSlope(k, n[2]), potential + shape.at(0, j, 0), std::int64_t(n[0]) * n[1]);
    const std::int64_t row = shape.at(0, j, k);
    fillRow(n[0], potential + row, y, z, chargeBar ? chargeBar + row : nullptr, nodes + kNodeLanes * row);
  }
}

void addSlopesBarXY(const ScatterGrid& scattered, const GridShape& shape, int j, int k, double* row, double* spare) {
  std::fill(spare, spare + shape.n[0] + 2, 0.0);
  scattered.addRow(1.0, 0, j, k, spare + 1);
  addSlopesBarX(shape.n[0], spare, row);
  const AxisSlopeBar y = axisSlopeBar(j, shape.n[1]);
  for (int term = 0; term < y.count; ++term) scattered.addRow(y.weight[term], 1, y.node[term], k, row);
}

void addSlopesBarZ(const ScatterGrid& scattered, int laneZ, const GridShape& shape, int j, int k, double* row) {
  const AxisSlopeBar z = axisSlopeBar(k, shape.n[2]);
  for (int term = 0; term < z.count; ++term) scattered.addRow(z.weight[term], laneZ, j, z.node[term], row);
}

template void fillNodes(const GridShape&, int, const double*, const double*, double*);
template void fillNodes(const GridShape&, int, const float*, const float*, float*);

}  // namespace unkick
