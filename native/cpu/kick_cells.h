// Packs of macroparticles on a kick's grid, as what they scatter and what they gather needs them.
#pragma once

#include "kicks.h"
#include "node_vectors.h"
#include "survivors.h"

namespace unkick {

// Where the macroparticles of a pack are, lane by lane in memory. One that is off the grid has corner and fractions 0, and
// must come with weights of 0.
struct Cells {
  std::int64_t corner[Pack::lanes];  // node (i, j, k), counted from the window's first
  double fraction[3][Pack::lanes];
};

UNKICK_HD void storeIntegers(Pack a, std::int64_t* p) {
  const Int4 low = roundToIntegers(a.low), high = roundToIntegers(a.high);
  memcpy(p, &low, sizeof low);
  memcpy(p + 4, &high, sizeof high);
}

template <class Storage>
UNKICK_HD GridPoint<Pack> locatePack(const KickPass<Storage>& pass, std::int64_t i) {
  const auto& z = pass.particles.z;
  GridPoint<Pack> point = locate(pass.geometry, pass.shape.n, z[X].load(i), z[Y].load(i), z[TAU].load(i));
  if (pass.particles.lost) point.inside = point.inside & negate(negativeSign(Pack::load(pass.particles.charge + i)));
  const Pack none = Pack::all(0);
  for (int d = 0; d < 3; ++d) {
    point.cell[d] = select(point.inside, point.cell[d], none);
    point.fraction[d] = select(point.inside, point.fraction[d], none);
  }
  return point;
}

template <class Storage>
UNKICK_HD Cells cellsOf(const KickPass<Storage>& pass, const GridPoint<Pack>& point, int firstPlane) {
  Cells cells;
  const double row = pass.shape.n[0], plane = row * pass.shape.n[1];
  const Pack corner = (point.cell[2] - firstPlane) * plane + (point.cell[1] * row + point.cell[0]);
  storeIntegers(select(point.inside, corner, Pack::all(0)), cells.corner);
  for (int d = 0; d < 3; ++d) point.fraction[d].store(cells.fraction[d]);
  return cells;
}

template <int n>
UNKICK_HD Double4 half(const Pack& a) { return n == 0 ? a.low : a.high; }

}  // namespace unkick
