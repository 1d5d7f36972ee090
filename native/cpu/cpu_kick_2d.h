// What a long beam's kick does differently from cpu_kick.h: members of CpuBackend, for its own source file alone. Macroparticles
// scatter into and gather from the memory that transforms work in, which has room for several grids of a plane.
#pragma once

#include <cstring>

#include "../physics/field_stencil_2d.h"
#include "../physics/kick_geometry_2d.h"
#include "cpu_backend.h"
#include "kicks_2d.h"
#include "parallel.h"
#include "plane_ghosts.h"

namespace unkick {

inline GridShape shapeOf(const Step& kick) { return {{kick.kick.nodes[0], kick.kick.nodes[1], kick.kick.nodes[2]}}; }

// Threads scatter into grids of their own where there is room for them and enough to scatter; else they share them. Returns the
// sum of all.
template <class Storage>
template <class ChunkScatter>
const std::int64_t* CpuBackend<Storage>::scatter2d(std::int64_t nodes, ChunkScatter&& scatterChunk) {
  std::int64_t* grids = nodeMemory<std::int64_t>();
  const std::int64_t room = static_cast<std::int64_t>(nodeBytes() / (sizeof(std::int64_t) * nodes));
  const int copies = nodes < 16 * particles_.count ? static_cast<int>(std::min<std::int64_t>(threads_, room)) : 1;
  parallelFor(threads_, copies, [&](std::int64_t copy, int) { std::memset(grids + copy * nodes, 0, sizeof(std::int64_t) * nodes); });
  parallelFor(threads_, chunks(), [&](std::int64_t chunk, int thread) {
    scatterChunk(PlaneGrid{grids + thread % copies * nodes, copies < threads_}, chunk);
  });
  parallelFor(threads_, threads_, [&](std::int64_t part, int) {
    for (std::int64_t i = nodes * part / threads_; i < nodes * (part + 1) / threads_; ++i) {
      for (int copy = 1; copy < copies; ++copy) grids[i] += grids[copy * nodes + i];
    }
  });
  return grids;
}

template <class Storage>
void CpuBackend<Storage>::deposit2d(const Step& kick, bool report) {
  scaleCharge();
  const KickPass<Storage> pass = kickPass(kick);
  std::int64_t left = 0;
  const std::int64_t* sums = scatter2d(pass.shape.nodes(), [&](const PlaneGrid& grid, std::int64_t chunk) {
    const std::int64_t outside = depositChunk2d(pass, grid, chunk);
    __atomic_fetch_add(&left, outside, __ATOMIC_RELAXED);
  });
  Real* charge = arena_.get<Real>(RegionId::ChargeGrid);
  for (std::int64_t node = 0; node < pass.shape.nodes(); ++node) charge[node] = static_cast<Real>(sums[node]);
  if (report) reports_[kick.kickIndex].outsideCharge = static_cast<double>(left) / chargeScale_;
}

template <class Storage>
void CpuBackend<Storage>::scatterBar2d(const Step& kick, const KickReverse& what) {
  if (what.potential || what.greenBar) deposit2d(kick, false);
  double factor[3], largest = 0;  // of one particle's contribution to a node
  kickFactors(geometry_, factor);
  for (int d = 0; d < 2; ++d) largest += bound_[d] * std::fabs(factor[d]);
  slopeBarScale_ = fixedPointScale(largest, static_cast<double>(particles_.count), kPlaneFoldGrowth);
  const KickPass<Storage> pass = kickPass(kick);
  const GridShape& shape = pass.shape;
  scatter2d(shape.ghostNodes(), [&](const PlaneGrid& grid, std::int64_t chunk) { scatterBarChunk2d(pass, grid, chunk); });
  std::int64_t* sums = nodeMemory<std::int64_t>();
  foldPlaneGhosts(shape, sums);
  Real* bar = arena_.get<Real>(RegionId::PotentialBar);
  for (int j = 0; j < shape.n[1]; ++j) {
    for (int i = 0; i < shape.n[0]; ++i) bar[shape.at(i, j, 0)] = static_cast<Real>(sums[shape.ghostAt(i, j)]);
  }
}

// The potential with its ghosts, to gather from.
template <class Storage>
void CpuBackend<Storage>::ghostPotential(const GridShape& shape) {
  const Real* potential = arena_.get<Real>(RegionId::Potential);
  Real* ghosted = nodeMemory<Real>();
  for (int j = 0; j < shape.n[1]; ++j) {
    std::memcpy(ghosted + shape.ghostAt(0, j), potential + shape.at(0, j, 0), sizeof(Real) * shape.n[0]);
  }
  fillPlaneGhosts(shape, ghosted);
}

}  // namespace unkick
