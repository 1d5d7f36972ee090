// The particle side of a space-charge kick: what macroparticles scatter to the nodes of its grid and gather from them.
#pragma once

#include "../physics/cloud_in_cell.h"
#include "../physics/fixed_point.h"
#include "faults.h"
#include "particles.h"

namespace unkick {

// A node has kNodeLanes numbers: in the scatter the cotangents of the potential's slopes along x, y, z, and the charge;
// in the gather the potential's slopes, and the cotangent of the charge.
constexpr int kChargeLane = 3;

// One kick on one beam.
template <class Storage>
struct KickPass {
  Particles<Storage> particles;
  Partials partials;
  Quanta quanta;
  KickGeometry geometry;
  GridShape shape;
  int step;
  double chargeScale;                   // fixed-point units per C
  double slopeBarScale;                 // fixed-point units per unit of the slopes' cotangent
  const typename Storage::Real* nodes;  // [nodes][kNodeLanes], to gather from
  FaultRecorder* faults;
};

// Part of a scatter's grid: [planes][ny][nx][lanes] fixed-point numbers, from plane `first` on.
struct NodeWindow {
  std::int64_t* data = nullptr;
  int first = 0, last = 1;  // planes along z
};

// Planes along z that the chunk's macroparticles scatter into.
template <class Storage>
NodeWindow windowOfChunk(const KickPass<Storage>& pass, std::int64_t chunk);

// Adds `lanes` lanes of the chunk from lane `first` on, into a window of that many: the charge alone, both halves of a
// node one after the other, or all at once. Returns the fixed-point charge off the grid.
template <int lanes, int first, class Storage>
std::int64_t scatterChunk(const KickPass<Storage>& pass, const NodeWindow& window, std::int64_t chunk);

template <class Storage>
void kickChunk(const KickPass<Storage>& pass, bool inverse, std::int64_t chunk);
// Adjoint of gather, kick and deposit, from the slopes and the charge's cotangent: position and charge cotangents, the kick
// sums into the chunk's partial sums; undoes the kick where inverse.
template <class Storage>
void kickBarChunk(const KickPass<Storage>& pass, bool inverse, std::int64_t chunk);

}  // namespace unkick
