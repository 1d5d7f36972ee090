// The particle side of a space-charge kick: deposit, kick, and the adjoints of both.
#pragma once

#include "../physics/field_stencil.h"
#include "../physics/fixed_point.h"
#include "faults.h"
#include "particles.h"

namespace unkick {

// One kick on one beam.
template <class Storage>
struct KickPass {
  Particles<Storage> particles;
  Partials partials;
  Quanta quanta;
  KickGeometry geometry;
  GridShape shape;
  int step;
  bool atomic;                   // several threads share one copy of the deposit grid
  double chargeScale;            // fixed-point units per C
  double potentialBarScale;      // fixed-point units per unit of the potential's cotangent
  const typename Storage::Real* potential;  // [ghost nodes]; in the deposit's adjoint the charge's cotangent
  FaultRecorder* faults;
};

// Adds the chunk's charge to grid [nodes]; returns the fixed-point charge left outside.
template <class Storage>
std::int64_t depositChunk(const KickPass<Storage>& pass, std::int64_t* grid, std::int64_t chunk);
template <class Storage>
void kickChunk(const KickPass<Storage>& pass, bool inverse, std::int64_t chunk);
// Adjoint of gather and kick: position cotangents, the potential's cotangent into grid [ghost nodes], the
// kick sums `work`, `nodeBar`, `spreadBar` into the chunk's partial sums; undoes the kick where inverse.
template <class Storage>
void kickBarChunk(const KickPass<Storage>& pass, bool inverse, std::int64_t* grid, std::int64_t chunk);
// Adjoint of the deposit: position and charge cotangents, `nodeBar`, `spreadBar`, `potential`.
template <class Storage>
void depositBarChunk(const KickPass<Storage>& pass, std::int64_t chunk);

}  // namespace unkick
