// The six coordinates of one macroparticle (or of one pack of them): (x, px, y, py, tau, p), see docs/conventions.md.
#pragma once

#include "real.h"

namespace unkick {

enum Coordinate : int { X = 0, PX = 1, Y = 2, PY = 3, TAU = 4, P = 5 };
constexpr int kCoordinates = 6;

// What a collective kick reads, and what it changes, along each axis.
UNKICK_HD constexpr int positionOf(int axis) { return 2 * axis; }
UNKICK_HD constexpr int momentumOf(int axis) { return 2 * axis + 1; }
static_assert(positionOf(1) == Y && positionOf(2) == TAU && momentumOf(1) == PY && momentumOf(2) == P, "axes are x, y, z");

template <class R>
struct Phase {
  R c[kCoordinates];
  UNKICK_HD R& operator[](int i) { return c[i]; }
  UNKICK_HD const R& operator[](int i) const { return c[i]; }
};

UNKICK_HD constexpr unsigned bit(int coordinate) { return 1u << coordinate; }

}  // namespace unkick
