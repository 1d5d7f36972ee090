// Slopes of the potential on the nodes of one axis, times 2h: central differences, and on the two faces one-sided ones of
// second order, (-3 phi0 + 4 phi1 - phi2) and its mirror image. A field that is kept on the nodes is interpolated with the
// cloud-in-cell weights.
#pragma once

#include "real.h"

namespace unkick {

// What node i of n takes from nodes first .. first + 2.
struct AxisSlope {
  int first;
  double weight[3];
};
UNKICK_HD AxisSlope axisSlope(int i, int n) {
  if (i == 0) return {0, {-3, 4, -1}};
  if (i == n - 1) return {n - 3, {1, -4, 3}};
  return {i - 1, {-1, 0, 1}};
}

// What node `to` of n has for a weight in the slope at node `from`.
UNKICK_HD double slopeWeight(int from, int to, int n) {
  const AxisSlope slope = axisSlope(from, n);
  const int at = to - slope.first;
  return at == 0 ? slope.weight[0] : at == 1 ? slope.weight[1] : at == 2 ? slope.weight[2] : 0.0;
}

// The transpose: from which nodes' slopes node i of n receives, in ascending order.
struct AxisSlopeBar {
  int count = 0;
  int node[5];
  double weight[5];
};
UNKICK_HD AxisSlopeBar axisSlopeBar(int i, int n) {
  AxisSlopeBar bar;
  for (int from = i < 2 ? 0 : i - 2; from <= i + 2 && from < n; ++from) {
    const double weight = slopeWeight(from, i, n);
    if (weight == 0) continue;
    bar.node[bar.count] = from;
    bar.weight[bar.count++] = weight;
  }
  return bar;
}

}  // namespace unkick
