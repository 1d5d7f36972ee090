// A collective kick and its adjoint, by the kernels that they are made of: members of CudaBackend, for its own source file alone.
#pragma once

#include "cuda_backend.h"
#include "green_function.h"
#include "green_function_2d.h"
#include "kick_scatter.h"
#include "kicks_2d.h"
#include "moments.h"
#include "nodal_field.h"
#include "plane_ghosts.h"

namespace unkick::cuda {

inline GridShape shapeOf(const Step& kick) { return {{kick.kick.nodes[0], kick.kick.nodes[1], kick.kick.nodes[2]}}; }

template <class Storage>
auto CudaBackend<Storage>::plans(const Step& kick) -> const FftPlans<Real>& {
  const int* n = kick.kick.nodes;
  std::unique_ptr<FftPlans<Real>>& plans = plans_[{n[0], n[1], n[2]}];
  if (!plans) plans = std::make_unique<FftPlans<Real>>(n, arena_.get<void>(RegionId::FftWork), stream_);
  return *plans;
}

template <class Storage>
KickPass<Storage> CudaBackend<Storage>::kickPass(const Step& kick) {
  return {particles_, partials_, quanta_, shapeOf(kick), faultPass(kick.index), chargeScale_, nodeMemory<Real>(), scalars_};
}

template <class Storage>
auto CudaBackend<Storage>::convolutionPass(const Step& kick) -> ConvolutionPass<Real> {
  return {&plans(kick), shapeOf(kick), arena_.get<Real>(RegionId::Green), chargeScale_, particles_.count, scalars_};
}

template <class Storage>
auto CudaBackend<Storage>::field(RegionId from, RegionId spectrum, RegionId to) -> Field<Real> {
  return {arena_.get<Real>(from), arena_.get<ComplexOf<Real>>(spectrum), arena_.get<Real>(to)};
}

template <class Storage>
void CudaBackend<Storage>::measurePositions() { cuda::measurePositions(stream_, particles_, partials_, &scalars_->moments); }

template <class Storage>
void CudaBackend<Storage>::placeGrid(const Step& kick, bool report) {
  cuda::placeGrid(stream_, gridPass(kick), faultPass(kick.index), report ? reports_ + kick.kickIndex : nullptr);
}

template <class Storage>
void CudaBackend<Storage>::deposit(const Step& kick, bool report) {
  const auto how = kick.kick.dimensions() == 2 ? deposit2d<Storage> : cuda::deposit<Storage>;
  how(stream_, kickPass(kick), nodeMemory<std::int64_t>(), arena_.get<Real>(RegionId::ChargeGrid), report);
  if (report) reportOutside(stream_, scalars_, chargeScale_, reports_ + kick.kickIndex);
}

template <class Storage>
void CudaBackend<Storage>::green(const Step& kick) {
  const auto transformed = kick.kick.dimensions() == 2 ? transformedGreen2d<Real> : transformedGreen<Real>;
  transformed(stream_, plans(kick), scalars_, arena_.get<Real>(RegionId::Green));
}

template <class Storage>
void CudaBackend<Storage>::solve(const Step& kick) {
  convolveCharge(stream_, convolutionPass(kick), field(RegionId::ChargeGrid, RegionId::Spectrum, RegionId::Potential));
}

// What macroparticles gather, into the memory that transforms work in. chargeBar: null where it is not gathered.
template <class Storage>
void CudaBackend<Storage>::fillNodes(const Step& kick, const Real* chargeBar) {
  const Real* potential = arena_.get<Real>(RegionId::Potential);
  if (kick.kick.dimensions() == 2) return fillGhosts(stream_, shapeOf(kick), potential, nodeMemory<Real>());
  cuda::fillNodes(stream_, shapeOf(kick), potential, chargeBar, nodeMemory<Real>());
}

template <class Storage>
void CudaBackend<Storage>::kick(const Step& kick, Direction direction) {
  fillNodes(kick, nullptr);
  const auto how = kick.kick.dimensions() == 2 ? kick2d<Storage> : cuda::kick<Storage>;
  how(stream_, kickPass(kick), direction == Direction::Inverse);
}

template <class Storage>
void CudaBackend<Storage>::boundCotangent() { boundCotangents(stream_, particles_, partials_, scalars_->bound); }

// The charge as well, whether it is asked for or not: it shares the nodes.
template <class Storage>
void CudaBackend<Storage>::scatterBar(const Step& kick, const KickReverse& what) {
  Real* potentialBar = arena_.get<Real>(RegionId::PotentialBar);
  std::int64_t* sums = nodeMemory<std::int64_t>();
  if (kick.kick.dimensions() == 3) return cuda::scatterBar(stream_, kickPass(kick), sums, potentialBar, arena_.get<Real>(RegionId::ChargeGrid));
  if (what.potential || what.greenBar) deposit(kick, false);
  scatterBar2d(stream_, kickPass(kick), sums, potentialBar);
}

// The charge's cotangent takes the charge's place.
template <class Storage>
void CudaBackend<Storage>::solveBar(const Step& kick, const KickReverse& what) {
  const ConvolutionPass<Real> pass = convolutionPass(kick);
  const Field<Real> potentialBar = field(RegionId::PotentialBar, RegionId::Spectrum, RegionId::ChargeGrid);
  if (!what.greenBar) {
    if (what.potential) solve(kick);
    return convolvePotentialBar(stream_, pass, potentialBar);
  }
  Field<Real> charge = field(RegionId::ChargeGrid, RegionId::SpectrumBar, RegionId::Potential);
  if (!what.potential) charge.to = nullptr;
  convolveAndCorrelate(stream_, pass, potentialBar, charge, arena_.get<Real>(RegionId::GreenBar));
}

template <class Storage>
void CudaBackend<Storage>::gatherBar(const Step& kick, const KickReverse& what) {
  const Real* chargeBar = arena_.get<Real>(RegionId::ChargeGrid);
  fillNodes(kick, chargeBar);
  if (kick.kick.dimensions() == 2) return gatherBar2d(stream_, kickPass(kick), what.inverse, chargeBar);
  cuda::gatherBar(stream_, kickPass(kick), what.inverse);
}

template <class Storage>
void CudaBackend<Storage>::gridBar(const Step& kick, bool greenBar) {
  const auto gradient = kick.kick.dimensions() == 2 ? greenGradient2d<Real> : greenGradient<Real>;
  if (greenBar) gradient(stream_, plans(kick), scalars_, arena_.get<Real>(RegionId::GreenBar), arena_.get<ComplexOf<Real>>(RegionId::Spectrum));
  cuda::gridBar(stream_, gridPass(kick), greenBar, sums_ + kick.firstSum);
}

template <class Storage>
void CudaBackend<Storage>::applyPendingCotangent() { applyCotangent(stream_, particles_, &scalars_->pending); }

}  // namespace unkick::cuda
