// From potentials to what macroparticles gather, and from what they scatter to the cotangent of the potential: the rows of
// a grid. Real is how grids are stored.
#pragma once

#include "scatter_grid.h"

namespace unkick {

// Plane k of nodes [nodes][kNodeLanes]: the potential's slopes along x, y, z (physics/nodal_slopes.h), and chargeBar, or 0
// where it is null.
template <class Real>
void fillNodes(const GridShape& shape, int k, const Real* potential, const Real* chargeBar, Real* nodes);

// Row (., j, k) of the cotangent of the potential, from its slopes' along x and y, and along z. Added to row [nx];
// spare: [nx + 2].
void addSlopesBarXY(const ScatterGrid& scattered, const GridShape& shape, int j, int k, double* row, double* spare);
// laneZ: where that of z is among the lanes that were scattered.
void addSlopesBarZ(const ScatterGrid& scattered, int laneZ, const GridShape& shape, int j, int k, double* row);

}  // namespace unkick
