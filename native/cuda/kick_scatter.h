// What macroparticles leave on the nodes, in 64-bit fixed point: their charge, and in the adjoint of a kick all that does not
// depend on the field.
#pragma once

#include "kicks.h"

namespace unkick::cuda {

// Charge onto grid [nodes]; report: leaves what is outside in scalars->outsideCharge. sums: [nodes][scatterLanes] to work in.
template <class Storage>
void deposit(cudaStream_t stream, const KickPass<Storage>& pass, std::int64_t* sums, typename Storage::Real* charge, bool report);

// The cotangent of the potential [nodes], in units of slopeBarScale, and the charge as `deposit` leaves it.
template <class Storage>
void scatterBar(cudaStream_t stream, const KickPass<Storage>& pass, std::int64_t* sums, typename Storage::Real* potentialBar,
                typename Storage::Real* charge);

}  // namespace unkick::cuda
