// The grid side of a space-charge kick on the CPU, and the passes that feed it: members of CpuBackend, for its own
// source file alone.
#pragma once

#include <cstring>

#include "cpu_backend.h"
#include "cpu_kick_2d.h"
#include "green_function_2d.h"
#include "nodal_field.h"
#include "parallel.h"

namespace unkick {

template <class Storage>
const FftPlans& CpuBackend<Storage>::plans(const Step& kick) {
  const int* n = kick.kick.nodes;
  std::unique_ptr<FftPlans>& plans = plans_[{n[0], n[1], n[2]}];
  if (!plans) plans = std::make_unique<FftPlans>(n);
  return *plans;
}

template <class Storage>
auto CpuBackend<Storage>::convolutionWork(const Step& kick) -> ConvolutionWork<Real> {
  return {arena_.get<ComplexOf<Real>>(RegionId::Spectrum), arena_.get<Complex>(RegionId::FftWork), cpuPlaneElements(kick.kick.nodes),
          cpuFftThreads(threads_, kick.kick.nodes)};
}

template <class Storage>
KickPass<Storage> CpuBackend<Storage>::kickPass(const Step& kick) {
  return {particles_, partials_, quanta_, geometry_, shapeOf(kick), kick.index, chargeScale_, slopeBarScale_, nodeMemory<Real>(),
          &faults_};
}

template <class Storage>
void CpuBackend<Storage>::placeGrid(const Step& kick, bool report) {
  geometry_ = placedGrid(kick.kick, moments_, beamCharge_);
  const int axis = collapsedAxis(geometry_);
  if (axis >= 0) {
    Fault collapsed;
    collapsed.kind = FaultKind::CollapsedExtent;
    collapsed.step = kick.index;
    collapsed.coordinate = axis;
    // A coordinate that is no longer a number leaves no grid either: then it is what to tell of.
    const Fault earlier = fault();
    throw TrackingFault(earlier.kind == FaultKind::None ? collapsed : earlier);
  }
  if (!report) return;
  KickReport& out = reports_[kick.kickIndex];
  for (int d = 0; d < 3; ++d) {
    out.centre[d] = geometry_.centre[d];
    out.half[d] = geometry_.half[d];
  }
}

// --- scatter ------------------------------------------------------------------------------------------------

template <class Storage>
std::size_t CpuBackend<Storage>::nodeBytes() const {
  const RegionId last = arena_.get<char>(RegionId::NodeWork) ? RegionId::NodeWork : RegionId::FftWork;
  return static_cast<std::size_t>(arena_.get<char>(last) + arena_.bytes(last) - nodeMemory<char>());
}

// Pieces of the beam, one per thread, scatter `lanes` numbers per node into windows of their own. Fewer pieces, where
// their windows would not fit, or be large for so few macroparticles; a single one always does.
template <class Storage>
ScatterGrid CpuBackend<Storage>::placeWindows(const KickPass<Storage>& pass, int pieces, int lanes) {
  std::vector<NodeWindow> windows(pieces);
  parallelFor(threads_, pieces, [&](std::int64_t piece, int) {
    NodeWindow all;
    for (std::int64_t chunk = firstChunk(piece, pieces); chunk < firstChunk(piece + 1, pieces); ++chunk) {
      const NodeWindow one = windowOfChunk(pass, chunk);
      const bool first = chunk == firstChunk(piece, pieces);
      all.first = first ? one.first : std::min(all.first, one.first);
      all.last = first ? one.last : std::max(all.last, one.last);
    }
    windows[piece] = all;
  });
  return ScatterGrid(pass.shape, lanes, std::move(windows));
}

template <class Storage>
ScatterGrid CpuBackend<Storage>::scatterGrid(const KickPass<Storage>& pass, int mostLanes, int leastLanes) {
  for (int pieces = static_cast<int>(std::min<std::int64_t>(threads_, chunks()));; pieces = (pieces + 1) / 2) {
    for (int lanes = mostLanes; lanes >= leastLanes; lanes /= 2) {
      ScatterGrid grid = placeWindows(pass, pieces, lanes);
      const bool worthwhile = grid.nodes() < pass.shape.nodes() + 16 * particles_.count;
      if (pieces > 1 && !(worthwhile && grid.bytes() <= nodeBytes())) continue;
      grid.layOut(nodeMemory<void>());
      return grid;
    }
  }
}

// Returns the fixed-point charge off the grid, where that is among the lanes.
template <class Storage>
template <int lanes, int first>
std::int64_t CpuBackend<Storage>::scatter(const KickPass<Storage>& pass, const ScatterGrid& grid) {
  std::int64_t left = 0;
  parallelFor(threads_, grid.pieces(), [&](std::int64_t piece, int) {
    grid.clear(static_cast<int>(piece));
    std::int64_t own = 0;
    for (std::int64_t chunk = firstChunk(piece, grid.pieces()); chunk < firstChunk(piece + 1, grid.pieces()); ++chunk) {
      own += scatterChunk<lanes, first>(pass, grid.window(static_cast<int>(piece)), chunk);
    }
    __atomic_fetch_add(&left, own, __ATOMIC_RELAXED);
  });
  return left;
}

// addTo(j, k, row, spare) adds to row [nx] what node row (., j, k) of `region` becomes, or gains where `more`.
template <class Storage>
template <class AddTo>
void CpuBackend<Storage>::fillRows(RegionId region, const GridShape& shape, bool more, AddTo&& addTo) {
  Real* grid = arena_.get<Real>(region);
  const int nx = shape.n[0];
  parallelFor(threads_, shape.n[2], [&](std::int64_t k, int) {
    std::vector<double> row(nx), spare(nx + 2);
    for (int j = 0; j < shape.n[1]; ++j) {
      Real* to = grid + shape.at(0, j, static_cast<int>(k));
      if (more) std::copy(to, to + nx, row.begin());
      else std::fill(row.begin(), row.end(), 0.0);
      addTo(j, static_cast<int>(k), row.data(), spare.data());
      for (int i = 0; i < nx; ++i) to[i] = static_cast<Real>(row[i]);
    }
  });
}

template <class Storage>
void CpuBackend<Storage>::readCharge(const ScatterGrid& grid, int lane, const GridShape& shape) {
  fillRows(RegionId::ChargeGrid, shape, false, [&](int j, int k, double* row, double*) { grid.addRow(1.0, lane, j, k, row); });
}

template <class Storage>
void CpuBackend<Storage>::scaleCharge() {
  chargeScale_ = fixedPointScale(largestCharge_, static_cast<double>(particles_.count), 0);
}

template <class Storage>
void CpuBackend<Storage>::deposit(const Step& kick, bool report) {
  if (geometry_.dimensions == 2) return deposit2d(kick, report);
  scaleCharge();
  const KickPass<Storage> pass = kickPass(kick);
  const ScatterGrid grid = scatterGrid(pass, 1, 1);
  const std::int64_t left = scatter<1, kChargeLane>(pass, grid);
  readCharge(grid, 0, pass.shape);
  if (report) reports_[kick.kickIndex].outsideCharge = static_cast<double>(left) / chargeScale_;
}

// The charge as well, whether it is asked for or not: it shares the nodes.
template <class Storage>
void CpuBackend<Storage>::scatterBar(const Step& kick, const KickReverse& what) {
  if (geometry_.dimensions == 2) return scatterBar2d(kick, what);
  scaleCharge();
  double factor[3], largest = 0;  // of one particle's contribution to a node
  kickFactors(geometry_, factor);
  for (int d = 0; d < 3; ++d) largest = larger(bound_[d] * std::fabs(factor[d]), largest);
  slopeBarScale_ = fixedPointScale(largest, static_cast<double>(particles_.count), 0);
  const KickPass<Storage> pass = kickPass(kick);
  const GridShape& shape = pass.shape;
  const ScatterGrid grid = scatterGrid(pass, scatterLanes(Storage::precision), 2);
  const bool together = grid.lanes() == kNodeLanes;
  if (together) scatter<kNodeLanes, 0>(pass, grid);
  else scatter<2, 0>(pass, grid);
  fillRows(RegionId::PotentialBar, shape, false, [&](int j, int k, double* row, double* spare) { addSlopesBarXY(grid, shape, j, k, row, spare); });
  if (!together) scatter<2, 2>(pass, grid);
  const int laneZ = together ? 2 : 0;
  fillRows(RegionId::PotentialBar, shape, true, [&](int j, int k, double* row, double*) { addSlopesBarZ(grid, laneZ, shape, j, k, row); });
  readCharge(grid, laneZ + 1, shape);
}

// --- solve ------------------------------------------------------------------------------------------------

template <class Storage>
void CpuBackend<Storage>::green(const Step& kick) {
  const ConvolutionWork<Real> work = convolutionWork(kick);
  if (geometry_.dimensions == 2) {
    return transformedGreen2d(plans(kick), geometry_.aspect[1], arena_.get<Real>(RegionId::Green), work.scratch, work.scratchStride, work.threads);
  }
  transformedGreen(plans(kick), geometry_.aspect, arena_.get<Real>(RegionId::Green), work.scratch, work.scratchStride, work.threads);
}

template <class Storage>
double CpuBackend<Storage>::potentialPerCharge(const FftPlans& plans) const {
  return unkick::potentialPerCharge(geometry_, double(plans.length[0]) * plans.length[1] * plans.length[2]);
}

template <class Storage>
RowSource CpuBackend<Storage>::rowSource(RegionId region, const GridShape& shape, double unit) {
  const Real* grid = arena_.get<Real>(region);
  return [=](int j, int k, double* row) {
    const Real* from = grid + shape.at(0, j, k);
    for (int i = 0; i < shape.n[0]; ++i) row[i] = unit * from[i];
  };
}

template <class Storage>
RowSink CpuBackend<Storage>::rowSink(RegionId region, const GridShape& shape) {
  Real* grid = arena_.get<Real>(region);
  return [=](int j, int k, const double* row) {
    Real* to = grid + shape.at(0, j, k);
    for (int i = 0; i < shape.n[0]; ++i) to[i] = static_cast<Real>(row[i]);
  };
}

template <class Storage>
void CpuBackend<Storage>::solve(const Step& kick) {
  const FftPlans& fft = plans(kick);
  const GridShape shape = shapeOf(kick);
  convolve(fft, arena_.get<Real>(RegionId::Green), convolutionWork(kick),
           rowSource(RegionId::ChargeGrid, shape, potentialPerCharge(fft) / chargeScale_), rowSink(RegionId::Potential, shape));
}

// The charge's cotangent takes the charge's place.
template <class Storage>
void CpuBackend<Storage>::solveBar(const Step& kick, const KickReverse& what) {
  const FftPlans& fft = plans(kick);
  const GridShape shape = shapeOf(kick);
  const Real* green = arena_.get<Real>(RegionId::Green);
  const ConvolutionWork<Real> work = convolutionWork(kick);
  const double perCharge = potentialPerCharge(fft);
  const RowSource source = rowSource(RegionId::PotentialBar, shape, perCharge / slopeBarScale_);
  const RowSink sink = rowSink(RegionId::ChargeGrid, shape), potential = rowSink(RegionId::Potential, shape);
  if (!what.greenBar) {
    if (what.potential) solve(kick);
    return convolve(fft, green, work, source, sink);
  }
  const double perPotential = 1.0 / (perCharge * correlationLength(geometry_));
  convolveAndCorrelate(fft, green, work, {arena_.get<ComplexOf<Real>>(RegionId::SpectrumBar), arena_.get<Real>(RegionId::GreenBar), perPotential},
                       source, rowSource(RegionId::ChargeGrid, shape, perCharge / chargeScale_), sink,
                       what.potential ? &potential : nullptr);
}

// --- kick and its adjoint ---------------------------------------------------------------------------------

template <class Storage>
void CpuBackend<Storage>::fillNodes(const GridShape& shape, const Real* chargeBar) {
  const Real* potential = arena_.get<Real>(RegionId::Potential);
  Real* nodes = nodeMemory<Real>();
  parallelFor(threads_, shape.n[2], [&](std::int64_t k, int) {
    unkick::fillNodes(shape, static_cast<int>(k), potential, chargeBar, nodes);
  });
}

template <class Storage>
void CpuBackend<Storage>::kick(const Step& kick, Direction direction) {
  const KickPass<Storage> pass = kickPass(kick);
  const bool inverse = direction == Direction::Inverse, inPlane = geometry_.dimensions == 2;
  inPlane ? ghostPotential(pass.shape) : fillNodes(pass.shape, nullptr);
  overChunks([&](std::int64_t chunk) { inPlane ? kickChunk2d(pass, inverse, chunk) : kickChunk(pass, inverse, chunk); });
}

template <class Storage>
void CpuBackend<Storage>::gatherBar(const Step& kick, const KickReverse& what) {
  const KickPass<Storage> pass = kickPass(kick);
  const Real* chargeBar = arena_.get<Real>(RegionId::ChargeGrid);
  const bool inPlane = geometry_.dimensions == 2;
  inPlane ? ghostPotential(pass.shape) : fillNodes(pass.shape, chargeBar);
  overChunks([&](std::int64_t chunk) {
    inPlane ? gatherBarChunk2d(pass, chargeBar, what.inverse, chunk) : kickBarChunk(pass, what.inverse, chunk);
  });
  kickSums_ = mergeKickSums();
}

// Through the Green function, by the cell sizes; for a long beam by the aspect, in the place of hy.
template <class Storage>
void CpuBackend<Storage>::cellsBar(const Step& kick, double* gradient) {
  const ConvolutionWork<Real> work = convolutionWork(kick);
  Real* octant = arena_.get<Real>(RegionId::GreenBar);
  if (geometry_.dimensions == 2) {
    gradient[1] = greenGradient2d(plans(kick), geometry_.aspect[1], octant, planeSums_.data(), work.scratch, work.scratchStride, work.threads);
  } else {
    greenGradient(plans(kick), geometry_.aspect, octant, gradient, planeSums_.data(), work.scratch, work.scratchStride, work.threads);
  }
}

template <class Storage>
void CpuBackend<Storage>::gridBar(const Step& kick, bool greenBar) {
  double green[3] = {0, 0, 0};
  if (greenBar) cellsBar(kick, green);
  KickParametersBar bar;
  const PositionMomentCotangent back = placedGridBar(kick.kick, geometry_, kickSums_, green, bar);
  double* out = sums_ + kick.firstSum;
  out[0] += bar.effectLength;
  for (int d = 0; d < 3; ++d) out[1 + d] += bar.extent[d];
  out[4] += bar.gamma;
  if (kick.kick.differentiateGrid) pending_ = onParticles(geometry_.moments, back);
}

}  // namespace unkick
