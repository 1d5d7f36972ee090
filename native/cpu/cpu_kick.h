// The grid side of a space-charge kick on the CPU, and the passes that feed it: members of CpuBackend, for its own
// source file alone.
#pragma once

#include <cstring>

#include "cpu_backend.h"
#include "parallel.h"

namespace unkick {

inline GridShape shapeOf(const Step& kick) { return {{kick.kick.nodes[0], kick.kick.nodes[1], kick.kick.nodes[2]}}; }

// phi(-1) = 3 phi(0) - 3 phi(1) + phi(2), at both ends of a line of n nodes `pitch` apart; `first` is node 0.
template <class Real>
void extrapolate(Real* first, std::int64_t pitch, int n) {
  const auto beyond = [](double near, double next, double far) { return static_cast<Real>(3 * (near - next) + far); };
  first[-pitch] = beyond(first[0], first[pitch], first[2 * pitch]);
  Real* last = first + (n - 1) * pitch;
  last[pitch] = beyond(last[0], last[-pitch], last[-2 * pitch]);
}

// Its transpose, in fixed point and therefore exact.
inline void foldGhost(std::int64_t* first, std::int64_t pitch, int n) {
  const std::int64_t before = first[-pitch];
  first[0] += 3 * before;
  first[pitch] -= 3 * before;
  first[2 * pitch] += before;
  std::int64_t* last = first + (n - 1) * pitch;
  const std::int64_t after = last[pitch];
  last[0] += 3 * after;
  last[-pitch] -= 3 * after;
  last[-2 * pitch] += after;
}

// Bits by which folding the ghosts, whose weights are 3, -3 and 1 on each of two faces, can grow a sum.
constexpr int kFoldGrowth = 4;

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
  return {particles_, partials_, quanta_, geometry_, shapeOf(kick), kick.index, false, chargeScale_, potentialBarScale_,
          arena_.get<Real>(RegionId::Potential), &faults_};
}

template <class Storage>
void CpuBackend<Storage>::placeGrid(const Step& kick, bool report) {
  geometry_ = kickGeometry(kick.kick, moments_);
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

// --- deposit grids ----------------------------------------------------------------------------------------

// What the transforms work in, idle while a grid is scattered into: Spectrum and SpectrumBar, neighbours, and GreenBar where
// it has a region of its own, beside them.
template <class Storage>
IdleMemory CpuBackend<Storage>::idleMemory(RegionId grid) const {
  char* spectrum = arena_.get<char>(RegionId::Spectrum);
  char* spectrumBar = arena_.get<char>(RegionId::SpectrumBar);
  char* greenBar = arena_.get<char>(RegionId::GreenBar);
  char* begin = greenBar && greenBar + arena_.bytes(RegionId::GreenBar) == spectrum ? greenBar : spectrum;
  // The grid itself may lie in the last of them.
  const RegionId last = spectrumBar && spectrumBar != arena_.get<char>(grid) ? RegionId::SpectrumBar : RegionId::Spectrum;
  return {begin, static_cast<std::size_t>(arena_.get<char>(last) + arena_.bytes(last) - begin)};
}

// Threads scatter into copies of the grid, one each where that is cheaper than atomic additions and there is idle
// memory for them. Copy 0 is the grid itself.
template <class Storage>
template <class Scatter>
void CpuBackend<Storage>::scatter(RegionId region, std::int64_t nodes, Scatter&& chunkScatter) {
  std::int64_t* grid = arena_.get<std::int64_t>(region);
  const IdleMemory idle = idleMemory(region);
  const bool worthwhile = nodes < 16 * particles_.count;
  const std::int64_t room = worthwhile ? static_cast<std::int64_t>(idle.bytes / (sizeof(std::int64_t) * nodes)) : 0;
  const int copies = static_cast<int>(std::min<std::int64_t>(threads_, 1 + room));
  const bool atomic = copies < threads_;
  const auto copyOf = [&](int copy) { return copy == 0 ? grid : reinterpret_cast<std::int64_t*>(idle.base) + (copy - 1) * nodes; };
  constexpr std::int64_t kBlock = 4096;
  const std::int64_t blocks = (nodes + kBlock - 1) / kBlock;
  const auto bytes = [&](std::int64_t block) { return sizeof(std::int64_t) * std::min(kBlock, nodes - block * kBlock); };
  parallelFor(threads_, blocks, [&](std::int64_t block, int) {
    for (int copy = 0; copy < copies; ++copy) std::memset(copyOf(copy) + block * kBlock, 0, bytes(block));
  });
  parallelFor(threads_, chunks(), [&](std::int64_t chunk, int thread) { chunkScatter(copyOf(thread % copies), atomic, chunk); });
  if (copies == 1) return;
  parallelFor(threads_, blocks, [&](std::int64_t block, int) {
    const std::int64_t end = std::min(nodes, (block + 1) * kBlock);
    for (int copy = 1; copy < copies; ++copy) {
      const std::int64_t* from = copyOf(copy);
      for (std::int64_t i = block * kBlock; i < end; ++i) grid[i] += from[i];
    }
  });
}

template <class Storage>
void CpuBackend<Storage>::deposit(const Step& kick, bool report) {
  chargeScale_ = fixedPointScale(largestCharge_, static_cast<double>(particles_.count), 0);
  const KickPass<Storage> pass = kickPass(kick);
  std::int64_t left = 0;
  scatter(RegionId::ChargeGrid, pass.shape.nodes(), [&](std::int64_t* grid, bool atomic, std::int64_t chunk) {
    KickPass<Storage> own = pass;
    own.atomic = atomic;
    const std::int64_t outside = depositChunk(own, grid, chunk);
    __atomic_fetch_add(&left, outside, __ATOMIC_RELAXED);
  });
  if (report) reports_[kick.kickIndex].outsideCharge = static_cast<double>(left) / chargeScale_;
}

// --- solve ------------------------------------------------------------------------------------------------

template <class Storage>
void CpuBackend<Storage>::green(const Step& kick) {
  const ConvolutionWork<Real> work = convolutionWork(kick);
  transformedGreen(plans(kick), geometry_.aspect, arena_.get<Real>(RegionId::Green), work.scratch, work.scratchStride, work.threads);
}

template <class Storage>
double CpuBackend<Storage>::potentialPerCharge(const FftPlans& plans) const {
  return unkick::potentialPerCharge(geometry_, double(plans.length[0]) * plans.length[1] * plans.length[2]);
}

template <class Storage>
RowSink CpuBackend<Storage>::potentialSink(const GridShape& shape) {
  Real* potential = arena_.get<Real>(RegionId::Potential);
  return [=](int j, int k, const double* row) {
    Real* to = potential + shape.ghostAt(0, j, k);
    for (int i = 0; i < shape.n[0]; ++i) to[i] = static_cast<Real>(row[i]);
  };
}

// Axis by axis, each with the ghosts of those before it, so that edges are finite too.
template <class Storage>
void CpuBackend<Storage>::fillGhosts(const GridShape& shape) {
  Real* potential = arena_.get<Real>(RegionId::Potential);
  const std::int64_t row = shape.ghostRow(), plane = shape.ghostPlane();
  parallelFor(threads_, shape.n[2], [&](std::int64_t k, int) {
    Real* at = potential + (k + 1) * plane;
    for (int j = 0; j < shape.n[1]; ++j) extrapolate(at + (j + 1) * row + 1, 1, shape.n[0]);
    for (std::int64_t i = 0; i < row; ++i) extrapolate(at + row + i, row, shape.n[1]);
  });
  parallelFor(threads_, shape.n[1] + 2, [&](std::int64_t j, int) {
    for (std::int64_t i = 0; i < row; ++i) extrapolate(potential + plane + j * row + i, plane, shape.n[2]);
  });
}

template <class Storage>
void CpuBackend<Storage>::solve(const Step& kick) {
  const FftPlans& fft = plans(kick);
  const GridShape shape = shapeOf(kick);
  const std::int64_t* charge = arena_.get<std::int64_t>(RegionId::ChargeGrid);
  const double unit = potentialPerCharge(fft) / chargeScale_;
  convolve(fft, arena_.get<Real>(RegionId::Green), convolutionWork(kick),
           [&](int j, int k, double* row) {
             const std::int64_t* from = charge + shape.at(0, j, k);
             for (int i = 0; i < shape.n[0]; ++i) row[i] = unit * static_cast<double>(from[i]);
           },
           potentialSink(shape));
  fillGhosts(shape);
}

// --- kick and its adjoint ---------------------------------------------------------------------------------

template <class Storage>
void CpuBackend<Storage>::kick(const Step& kick, Direction direction) {
  const KickPass<Storage> pass = kickPass(kick);
  overChunks([&](std::int64_t chunk) { kickChunk(pass, direction == Direction::Inverse, chunk); });
}

template <class Storage>
void CpuBackend<Storage>::readFoldedPotentialBar(const GridShape& shape) {
  std::int64_t* bar = arena_.get<std::int64_t>(RegionId::PotentialBar);
  const std::int64_t row = shape.ghostRow(), plane = shape.ghostPlane();
  for (int j = 0; j < shape.n[1]; ++j) {
    for (int i = 0; i < shape.n[0]; ++i) foldGhost(bar + shape.ghostAt(i, j, 0), plane, shape.n[2]);
  }
  parallelFor(threads_, shape.n[2], [&](std::int64_t k, int) {
    for (int i = 0; i < shape.n[0]; ++i) foldGhost(bar + shape.ghostAt(i, 0, static_cast<int>(k)), row, shape.n[1]);
    for (int j = 0; j < shape.n[1]; ++j) foldGhost(bar + shape.ghostAt(0, j, static_cast<int>(k)), 1, shape.n[0]);
  });
}

template <class Storage>
void CpuBackend<Storage>::kickBar(const Step& kick, bool inverse) {
  const GridShape shape = shapeOf(kick);
  double largest = 0;  // bound of one particle's contribution to a node
  for (int d = 0; d < 3; ++d) largest += bound_[d] * std::fabs(geometry_.strength) * 0.5 * geometry_.inverseCell[d];
  potentialBarScale_ = fixedPointScale(largest, static_cast<double>(particles_.count), kFoldGrowth);
  const KickPass<Storage> pass = kickPass(kick);
  scatter(RegionId::PotentialBar, shape.ghostNodes(), [&](std::int64_t* grid, bool atomic, std::int64_t chunk) {
    KickPass<Storage> own = pass;
    own.atomic = atomic;
    kickBarChunk(own, inverse, grid, chunk);
  });
  kickSums_ = mergeKickSums();
  readFoldedPotentialBar(shape);
}

template <class Storage>
void CpuBackend<Storage>::solveBar(const Step& kick, bool greenBar) {
  const FftPlans& fft = plans(kick);
  const GridShape shape = shapeOf(kick);
  const std::int64_t* bar = arena_.get<std::int64_t>(RegionId::PotentialBar);
  const std::int64_t* charge = arena_.get<std::int64_t>(RegionId::ChargeGrid);
  const double unit = potentialPerCharge(fft) / potentialBarScale_;
  const RowSource source = [&](int j, int k, double* row) {
    const std::int64_t* from = bar + shape.ghostAt(0, j, k);
    for (int i = 0; i < shape.n[0]; ++i) row[i] = unit * static_cast<double>(from[i]);
  };
  // With the charge over hx, the correlation is that of GBar with dG/d(cell) = hx dG/d(cell in units of hx).
  const double chargeUnit = 1.0 / (chargeScale_ * geometry_.cell[0]);
  const RowSource other = [&](int j, int k, double* row) {
    const std::int64_t* from = charge + shape.at(0, j, k);
    for (int i = 0; i < shape.n[0]; ++i) row[i] = chargeUnit * static_cast<double>(from[i]);
  };
  const Real* green = arena_.get<Real>(RegionId::Green);
  if (greenBar) {
    convolveAndCorrelate(fft, green, convolutionWork(kick), arena_.get<ComplexOf<Real>>(RegionId::SpectrumBar),
                         arena_.get<Real>(RegionId::GreenBar), source, other, potentialSink(shape));
  } else {
    convolve(fft, green, convolutionWork(kick), source, potentialSink(shape));
  }
  fillGhosts(shape);
}

template <class Storage>
void CpuBackend<Storage>::depositBar(const Step& kick) {
  const KickPass<Storage> pass = kickPass(kick);
  overChunks([&](std::int64_t chunk) { depositBarChunk(pass, chunk); });
  const KickSums more = mergeKickSums();
  for (int d = 0; d < 3; ++d) {
    kickSums_.nodeBar[d] += more.nodeBar[d];
    kickSums_.spreadBar[d] += more.spreadBar[d];
  }
  kickSums_.potential = more.potential;
}

template <class Storage>
void CpuBackend<Storage>::gridBar(const Step& kick, bool greenBar) {
  double green[3] = {0, 0, 0};
  if (greenBar) {
    const ConvolutionWork<Real> work = convolutionWork(kick);
    greenGradient(plans(kick), geometry_.aspect, arena_.get<Real>(RegionId::GreenBar), green, planeSums_.data(), work.scratch,
                  work.scratchStride, work.threads);
  }
  KickParametersBar bar;
  const PositionMomentCotangent back = kickGeometryBar(kick.kick, geometry_, kickSums_, green, bar);
  double* out = sums_ + kick.firstSum;
  out[0] += bar.effectLength;
  for (int d = 0; d < 3; ++d) out[1 + d] += bar.extent[d];
  out[4] += bar.gamma;
  if (kick.kick.differentiateGrid) pending_ = onParticles(geometry_.moments, back);
}

}  // namespace unkick
