// Where a macroparticle sits on the grid and the cloud-in-cell weights of the eight nodes around it.
// Grids are stored with x fastest. A grid in a plane (native/physics/kick_geometry_2d.h) has one node along z; its potential
// is gathered with one ghost node on every side, so that central differences need no branch on the faces.
#pragma once

#include "kick_geometry.h"

namespace unkick {

struct GridShape {
  int n[3];  // nodes

  UNKICK_HD int dimensions() const { return n[2] == 1 ? 2 : 3; }
  UNKICK_HD std::int64_t nodes() const { return std::int64_t(n[0]) * n[1] * n[2]; }
  UNKICK_HD std::int64_t at(int i, int j, int k) const { return (std::int64_t(k) * n[1] + j) * n[0] + i; }

  UNKICK_HD std::int64_t ghostRow() const { return n[0] + 2; }
  UNKICK_HD std::int64_t ghostNodes() const { return ghostRow() * (n[1] + 2); }
  UNKICK_HD std::int64_t ghostAt(int i, int j) const { return (j + 1) * ghostRow() + (i + 1); }
};

// Cell and fraction along the three axes. `inside` is false where the particle is off the grid; its cell
// is then clamped so that nothing reads out of bounds.
template <class R>
struct GridPoint {
  R cell[3];      // integer-valued
  R fraction[3];  // in [0, 1]
  R xi[3];
  Mask<R> inside;
};

template <class R>
UNKICK_HD GridPoint<R> locate(const KickGeometry& g, const int* nodes, R x, R y, R tau) {
  GridPoint<R> point;
  const R r[3] = {x, y, -g.beta * tau};
  for (int d = 0; d < 3; ++d) {
    const double last = nodes[d] - 1;
    const R xi = (r[d] - g.centre[d] + g.half[d]) * g.inverseCell[d];
    const Mask<R> in = (xi >= 0.0) & (xi <= last);
    point.inside = d == 0 ? in : (point.inside & in);
    const R clamped = select(in, xi, xi * 0.0);
    const R floored = roundDown(clamped);
    point.cell[d] = select(floored > last - 1.0, floored * 0.0 + (last - 1.0), floored);
    point.fraction[d] = clamped - point.cell[d];
    point.xi[d] = xi;
  }
  return point;
}

}  // namespace unkick
