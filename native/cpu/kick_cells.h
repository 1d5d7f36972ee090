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

struct Placed {
  Pack xi[3], fraction[3];  // 0 off the grid
  PackMask inside;
};

UNKICK_HD void storeIntegers(Pack a, std::int64_t* p) {
  const Int4 low = roundToIntegers(a.low), high = roundToIntegers(a.high);
  memcpy(p, &low, sizeof low);
  memcpy(p + 4, &high, sizeof high);
}

// `locate` (physics/cloud_in_cell.h) for packs, to the same bits: what is off the grid, or lost, is put to its first node
// before anything is made of it. Holds copies, because what a pass stores might be what it points to.
template <class Storage>
class Locator {
 public:
  UNKICK_HD Locator(const KickPass<Storage>& pass, int firstPlane)
      : beta_(pass.geometry.beta), row_(pass.shape.n[0]), plane_(row_ * pass.shape.n[1]), firstPlane_(firstPlane),
        charge_(pass.particles.lost ? pass.particles.charge : nullptr) {
    for (int d = 0; d < 3; ++d) {
      z_[d] = pass.particles.z[positionOf(d)];
      centre_[d] = pass.geometry.centre[d];
      half_[d] = pass.geometry.half[d];
      inverseCell_[d] = pass.geometry.inverseCell[d];
      last_[d] = pass.shape.n[d] - 1;
    }
  }

  UNKICK_HD Placed at(std::int64_t i, Cells& cells) const {
    const Pack r[3] = {z_[0].load(i), z_[1].load(i), -beta_ * z_[2].load(i)}, none = Pack::all(0);
    Placed placed;
    for (int d = 0; d < 3; ++d) {
      placed.xi[d] = (r[d] - centre_[d] + half_[d]) * inverseCell_[d];
      const PackMask in = (placed.xi[d] >= 0.0) & (placed.xi[d] <= last_[d]);
      placed.inside = d == 0 ? in : placed.inside & in;
    }
    if (charge_) placed.inside = placed.inside & negate(negativeSign(Pack::load(charge_ + i)));
    Pack cell[3];
    for (int d = 0; d < 3; ++d) {
      placed.xi[d] = select(placed.inside, placed.xi[d], none);
      cell[d] = smaller(roundDown(placed.xi[d]), Pack::all(last_[d] - 1.0));
      placed.fraction[d] = placed.xi[d] - cell[d];
      placed.fraction[d].store(cells.fraction[d]);
    }
    const Pack corner = (cell[2] - firstPlane_) * plane_ + (cell[1] * row_ + cell[0]);
    storeIntegers(select(placed.inside, corner, none), cells.corner);
    keepInMemory(cells);
    return placed;
  }

 private:
  CoordinateArray<typename Storage::Coordinate> z_[3];
  double beta_, centre_[3], half_[3], inverseCell_[3], last_[3], row_, plane_, firstPlane_;
  const double* charge_;  // whose sign says who is lost; null where the line has no apertures
};

template <int n>
UNKICK_HD Double4 half(const Pack& a) { return n == 0 ? a.low : a.high; }

}  // namespace unkick
