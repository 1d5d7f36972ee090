// The six coordinates of one macroparticle (or of one pack of them): (x, px, y, py, tau, p), see DESIGN 3.
#pragma once

#include "real.h"

namespace unkick {

enum Coordinate : int { X = 0, PX = 1, Y = 2, PY = 3, TAU = 4, P = 5 };
constexpr int kCoordinates = 6;
constexpr int kPosition[3] = {X, Y, TAU};   // what a collective kick reads
constexpr int kMomentum[3] = {PX, PY, P};   // what it changes

template <class R>
struct Phase {
  R c[kCoordinates];
  UNKICK_HD R& operator[](int i) { return c[i]; }
  UNKICK_HD const R& operator[](int i) const { return c[i]; }
};

constexpr unsigned bit(int coordinate) { return 1u << coordinate; }

}  // namespace unkick
