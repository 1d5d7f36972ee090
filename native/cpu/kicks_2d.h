// The particle side of a long beam's kick: what macroparticles scatter to the nodes of a plane and gather from them.
// Of the pass, `nodes` is the potential [ghost nodes] here, and slopeBarScale that of the potential's cotangent.
#pragma once

#include "kicks.h"

namespace unkick {

// What a chunk scatters into. Where `shared`, other threads scatter into it, too.
struct PlaneGrid {
  std::int64_t* data;
  bool shared;
};

// Adds the chunk's charge to grid [nodes]; returns the fixed-point charge left outside.
template <class Storage>
std::int64_t depositChunk2d(const KickPass<Storage>& pass, const PlaneGrid& grid, std::int64_t chunk);
template <class Storage>
void kickChunk2d(const KickPass<Storage>& pass, bool inverse, std::int64_t chunk);
// Adds the chunk's part of the potential's cotangent to grid [ghost nodes].
template <class Storage>
void scatterBarChunk2d(const KickPass<Storage>& pass, const PlaneGrid& grid, std::int64_t chunk);
// Adjoint of gather, kick and deposit: position and charge cotangents, the kick sums into the chunk's partial sums; undoes the
// kick where inverse. chargeBar: [nodes].
template <class Storage>
void gatherBarChunk2d(const KickPass<Storage>& pass, const typename Storage::Real* chargeBar, bool inverse, std::int64_t chunk);

}  // namespace unkick
