// The grid side of a space-charge kick on the CPU, and the passes that feed it.
#include <cstring>

#include "cpu_backend.h"
#include "parallel.h"

namespace unkick {

namespace {

GridShape shapeOf(const Step& kick) { return {{kick.kick.nodes[0], kick.kick.nodes[1], kick.kick.nodes[2]}}; }

// phi(-1) = 3 phi(0) - 3 phi(1) + phi(2), at both ends of a line of n nodes `pitch` apart; `first` is node 0.
void extrapolate(double* first, std::int64_t pitch, int n) {
  first[-pitch] = 3 * (first[0] - first[pitch]) + first[2 * pitch];
  double* last = first + (n - 1) * pitch;
  last[pitch] = 3 * (last[0] - last[-pitch]) + last[-2 * pitch];
}

// Its transpose, in fixed point and therefore exact.
void foldGhost(std::int64_t* first, std::int64_t pitch, int n) {
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

}  // namespace

const FftPlans& CpuBackend::plans(const Step& kick) {
  const int* n = kick.kick.nodes;
  std::unique_ptr<FftPlans>& plans = plans_[{n[0], n[1], n[2]}];
  if (!plans) plans = std::make_unique<FftPlans>(n);
  return *plans;
}

ConvolutionWork CpuBackend::convolutionWork(const Step& kick) {
  return {arena_.get<Complex>(RegionId::Spectrum), arena_.get<Complex>(RegionId::FftWork), cpuPlaneElements(kick.kick.nodes),
          cpuFftThreads(threads_, kick.kick.nodes)};
}

KickPass CpuBackend::kickPass(const Step& kick) {
  return {particles_, partials_, quanta_, geometry_, shapeOf(kick), kick.index, false, chargeScale_, potentialBarScale_,
          arena_.get<double>(RegionId::Potential), &faults_};
}

void CpuBackend::placeGrid(const Step& kick, bool report) {
  geometry_ = kickGeometry(kick.kick, moments_, line_.reference);
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

// How many copies of a grid the threads scatter into: one each where that is cheaper than atomic additions
// and the transforms' work space, idle meanwhile, has room for them.
int CpuBackend::gridCopies(std::int64_t nodes) const {
  const std::size_t spare = arena_.bytes(RegionId::Spectrum) + arena_.bytes(RegionId::SpectrumBar);
  const std::int64_t room = 1 + static_cast<std::int64_t>(spare / (sizeof(std::int64_t) * nodes));
  const bool worthwhile = nodes < 16 * particles_.count;
  return static_cast<int>(std::min<std::int64_t>(threads_, worthwhile ? room : 1));
}

// Copy 0 is the grid itself; the others lie in Spectrum and SpectrumBar, which are neighbours.
std::int64_t* CpuBackend::gridCopy(std::int64_t* grid, std::int64_t nodes, int copy) const {
  return copy == 0 ? grid : arena_.get<std::int64_t>(RegionId::Spectrum) + (copy - 1) * nodes;
}

template <class Scatter>
void CpuBackend::scatter(std::int64_t* grid, std::int64_t nodes, Scatter&& chunkScatter) {
  const int copies = gridCopies(nodes);
  const bool atomic = copies < threads_;
  constexpr std::int64_t kBlock = 4096;
  const std::int64_t blocks = (nodes + kBlock - 1) / kBlock;
  const auto bytes = [&](std::int64_t block) { return sizeof(std::int64_t) * std::min(kBlock, nodes - block * kBlock); };
  parallelFor(threads_, blocks, [&](std::int64_t block, int) {
    for (int copy = 0; copy < copies; ++copy) std::memset(gridCopy(grid, nodes, copy) + block * kBlock, 0, bytes(block));
  });
  parallelFor(threads_, chunks(), [&](std::int64_t chunk, int thread) {
    chunkScatter(gridCopy(grid, nodes, thread % copies), atomic, chunk);
  });
  if (copies == 1) return;
  parallelFor(threads_, blocks, [&](std::int64_t block, int) {
    const std::int64_t end = std::min(nodes, (block + 1) * kBlock);
    for (int copy = 1; copy < copies; ++copy) {
      const std::int64_t* from = gridCopy(grid, nodes, copy);
      for (std::int64_t i = block * kBlock; i < end; ++i) grid[i] += from[i];
    }
  });
}

void CpuBackend::deposit(const Step& kick, bool report) {
  chargeScale_ = fixedPointScale(largestCharge_, static_cast<double>(particles_.count), 0);
  KickPass pass = kickPass(kick);
  std::int64_t left = 0;
  scatter(arena_.get<std::int64_t>(RegionId::ChargeGrid), pass.shape.nodes(), [&](std::int64_t* grid, bool atomic, std::int64_t chunk) {
    KickPass own = pass;
    own.atomic = atomic;
    const std::int64_t outside = depositChunk(own, grid, chunk);
    __atomic_fetch_add(&left, outside, __ATOMIC_RELAXED);
  });
  if (report) reports_[kick.kickIndex].outsideCharge = static_cast<double>(left) / chargeScale_;
}

// --- solve ------------------------------------------------------------------------------------------------

void CpuBackend::green(const Step& kick) {
  const ConvolutionWork work = convolutionWork(kick);
  transformedGreen(plans(kick), geometry_.aspect, arena_.get<double>(RegionId::Green), work.scratch, work.scratchStride, work.threads);
}

double CpuBackend::potentialPerCharge(const FftPlans& plans) const {
  return unkick::potentialPerCharge(geometry_, double(plans.length[0]) * plans.length[1] * plans.length[2]);
}

RowSink CpuBackend::potentialSink(const GridShape& shape) {
  double* potential = arena_.get<double>(RegionId::Potential);
  return [=](int j, int k, const double* row) {
    std::memcpy(potential + shape.ghostAt(0, j, k), row, sizeof(double) * shape.n[0]);
  };
}

// Axis by axis, each with the ghosts of those before it, so that edges are finite too.
void CpuBackend::fillGhosts(const GridShape& shape) {
  double* potential = arena_.get<double>(RegionId::Potential);
  const std::int64_t row = shape.ghostRow(), plane = shape.ghostPlane();
  parallelFor(threads_, shape.n[2], [&](std::int64_t k, int) {
    double* at = potential + (k + 1) * plane;
    for (int j = 0; j < shape.n[1]; ++j) extrapolate(at + (j + 1) * row + 1, 1, shape.n[0]);
    for (std::int64_t i = 0; i < row; ++i) extrapolate(at + row + i, row, shape.n[1]);
  });
  parallelFor(threads_, shape.n[1] + 2, [&](std::int64_t j, int) {
    for (std::int64_t i = 0; i < row; ++i) extrapolate(potential + plane + j * row + i, plane, shape.n[2]);
  });
}

void CpuBackend::solve(const Step& kick) {
  const FftPlans& fft = plans(kick);
  const GridShape shape = shapeOf(kick);
  const std::int64_t* charge = arena_.get<std::int64_t>(RegionId::ChargeGrid);
  const double unit = potentialPerCharge(fft) / chargeScale_;
  convolve(fft, arena_.get<double>(RegionId::Green), convolutionWork(kick),
           [&](int j, int k, double* row) {
             const std::int64_t* from = charge + shape.at(0, j, k);
             for (int i = 0; i < shape.n[0]; ++i) row[i] = unit * static_cast<double>(from[i]);
           },
           potentialSink(shape));
  fillGhosts(shape);
}

// --- kick and its adjoint ---------------------------------------------------------------------------------

void CpuBackend::kick(const Step& kick, Direction direction) {
  const KickPass pass = kickPass(kick);
  overChunks([&](std::int64_t chunk) { kickChunk(pass, direction == Direction::Inverse, chunk); });
}

void CpuBackend::readFoldedPotentialBar(const GridShape& shape) {
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

void CpuBackend::kickBar(const Step& kick, bool inverse) {
  const GridShape shape = shapeOf(kick);
  double largest = 0;  // bound of one particle's contribution to a node
  for (int d = 0; d < 3; ++d) largest += bound_[d] * std::fabs(geometry_.strength) * 0.5 * geometry_.inverseCell[d];
  potentialBarScale_ = fixedPointScale(largest, static_cast<double>(particles_.count), kFoldGrowth);
  const KickPass pass = kickPass(kick);
  scatter(arena_.get<std::int64_t>(RegionId::PotentialBar), shape.ghostNodes(), [&](std::int64_t* grid, bool atomic, std::int64_t chunk) {
    KickPass own = pass;
    own.atomic = atomic;
    kickBarChunk(own, inverse, grid, chunk);
  });
  kickSums_ = mergeKickSums();
  readFoldedPotentialBar(shape);
}

void CpuBackend::solveBar(const Step& kick, bool greenBar) {
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
  const double* green = arena_.get<double>(RegionId::Green);
  if (greenBar) {
    convolveAndCorrelate(fft, green, convolutionWork(kick), arena_.get<Complex>(RegionId::SpectrumBar), greenBarGrid(), source, other,
                         potentialSink(shape));
  } else {
    convolve(fft, green, convolutionWork(kick), source, potentialSink(shape));
  }
  fillGhosts(shape);
}

void CpuBackend::depositBar(const Step& kick) {
  const KickPass pass = kickPass(kick);
  overChunks([&](std::int64_t chunk) { depositBarChunk(pass, chunk); });
  const KickSums more = mergeKickSums();
  for (int d = 0; d < 3; ++d) {
    kickSums_.nodeBar[d] += more.nodeBar[d];
    kickSums_.spreadBar[d] += more.spreadBar[d];
  }
  kickSums_.potential = more.potential;
}

void CpuBackend::gridBar(const Step& kick, bool greenBar) {
  double green[3] = {0, 0, 0};
  if (greenBar) {
    const ConvolutionWork work = convolutionWork(kick);
    greenGradient(plans(kick), geometry_.aspect, greenBarGrid(), green, planeSums_.data(), work.scratch,
                  work.scratchStride, work.threads);
  }
  KickParametersBar bar;
  double gammaBar = 0;
  const PositionMomentCotangent back = kickGeometryBar(kick.kick, geometry_, line_.reference, kickSums_, green, bar, gammaBar);
  double* out = sums_ + kick.firstSum;
  out[0] += bar.effectLength;
  for (int d = 0; d < 3; ++d) out[1 + d] += bar.extent[d];
  out[kKickSlots] += gammaBar;
  if (kick.kick.differentiateGrid) pending_ = onParticles(geometry_.moments, back);
}

}  // namespace unkick
