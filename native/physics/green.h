// Integrated Green function of a unit-charge cell (Qiang et al., PRST-AB 9, 044204 (2006)): G at a node is
// the alternating sum over the cell's eight corners of
//   F = -z^2/2 atan(xy/zr) - y^2/2 atan(xz/yr) - x^2/2 atan(yz/xr) + yz asinh(x/sqrt(y^2+z^2)) + ...,
// which satisfies d^3F/dxdydz = 1/r and is homogeneous of degree 2 and odd in each coordinate: corners are
// shared by eight nodes and only the positive octant is evaluated.
//
// dF/dx = -x atan(yz/xr) + y asinh(z/sqrt(x^2+y^2)) + z asinh(y/sqrt(x^2+z^2)): value and gradient share
// their six transcendental functions. (The arc tangents add up to pi/2, but taking one of them from the
// other two loses every digit where the cells are long: gamma0 hz/hx of thousands is ordinary.)
#pragma once

#include "transcendental.h"

namespace unkick {

template <class R>
struct CornerTerms {
  R angleX, angleY, angleZ;  // atan(yz/xr), atan(xz/yr), atan(xy/zr)
  R boostX, boostY, boostZ;  // asinh(x/sqrt(y^2+z^2)), ...
};

// x, y, z > 0. rhoYz = sqrt(y^2 + z^2), and so on: they depend on two coordinates only.
template <class R>
UNKICK_HD CornerTerms<R> cornerTerms(R x, R y, R z, R rhoYz, R rhoXz, R rhoXy) {
  CornerTerms<R> t;
  const R r = squareRoot(x * x + y * y + z * z);
  t.angleX = firstQuadrantAngle(y * z, x * r);
  t.angleY = firstQuadrantAngle(x * z, y * r);
  t.angleZ = firstQuadrantAngle(x * y, z * r);
  t.boostX = hyperbolicAngle(x, rhoYz, r);
  t.boostY = hyperbolicAngle(y, rhoXz, r);
  t.boostZ = hyperbolicAngle(z, rhoXy, r);
  return t;
}

template <class R>
UNKICK_HD R cornerValue(R x, R y, R z, const CornerTerms<R>& t) {
  const R curved = x * x * t.angleX + y * y * t.angleY + z * z * t.angleZ;
  return (y * z * t.boostX + x * z * t.boostY + x * y * t.boostZ) - 0.5 * curved;
}

template <class R>
UNKICK_HD void cornerGradient(R x, R y, R z, const CornerTerms<R>& t, R& byX, R& byY, R& byZ) {
  byX = y * t.boostZ + z * t.boostY - x * t.angleX;
  byY = x * t.boostZ + z * t.boostX - y * t.angleY;
  byZ = x * t.boostY + y * t.boostX - z * t.angleZ;
}

}  // namespace unkick
