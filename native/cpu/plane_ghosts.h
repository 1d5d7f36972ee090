// The ghost nodes around a potential in a plane, and the transpose of filling them.
#pragma once

#include "../physics/cloud_in_cell.h"

namespace unkick {

// phi(-1) = 3 phi(0) - 3 phi(1) + phi(2), at both ends of a line of n nodes `pitch` apart; `first` is node 0.
template <class Real>
void extrapolate(Real* first, std::int64_t pitch, int n) {
  const auto beyond = [](double near, double next, double far) { return static_cast<Real>(3 * (near - next) + far); };
  first[-pitch] = beyond(first[0], first[pitch], first[2 * pitch]);
  Real* last = first + (n - 1) * pitch;
  last[pitch] = beyond(last[0], last[-pitch], last[-2 * pitch]);
}

// Its transpose, in fixed point and therefore exact.
inline void foldGhost(std::int64_t* first, std::int64_t pitch, int n) {
  const std::int64_t before = first[-pitch];
  first[0] += 3 * before;
  first[pitch] -= 3 * before;
  first[2 * pitch] += before;
  std::int64_t* last = first + (n - 1) * pitch;
  const std::int64_t after = last[pitch];
  last[0] += 3 * after;
  last[-pitch] -= 3 * after;
  last[-2 * pitch] += after;
}

// Along x, then along y with the ghosts along x, so that corners are finite, too.
template <class Real>
void fillPlaneGhosts(const GridShape& shape, Real* potential) {
  for (int j = 0; j < shape.n[1]; ++j) extrapolate(potential + shape.ghostAt(0, j), 1, shape.n[0]);
  for (int i = -1; i <= shape.n[0]; ++i) extrapolate(potential + shape.ghostAt(i, 0), shape.ghostRow(), shape.n[1]);
}

// Corners hold nothing: where both indices are outer ones, the stencil has no weight.
inline void foldPlaneGhosts(const GridShape& shape, std::int64_t* bar) {
  for (int i = 0; i < shape.n[0]; ++i) foldGhost(bar + shape.ghostAt(i, 0), shape.ghostRow(), shape.n[1]);
  for (int j = 0; j < shape.n[1]; ++j) foldGhost(bar + shape.ghostAt(0, j), 1, shape.n[0]);
}

}  // namespace unkick
