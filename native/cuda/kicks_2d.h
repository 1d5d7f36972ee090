// The particle side of a long beam's kick; see kick_scatter.h and kicks.h. Of the pass, `nodes` is the potential [ghost nodes].
#pragma once

#include "kicks.h"

namespace unkick::cuda {

// sums: [nodes] to work in.
template <class Storage>
void deposit2d(cudaStream_t stream, const KickPass<Storage>& pass, std::int64_t* sums, typename Storage::Real* charge, bool report);
template <class Storage>
void kick2d(cudaStream_t stream, const KickPass<Storage>& pass, bool inverse);
// sums: [ghost nodes] to work in -> potentialBar [nodes].
template <class Storage>
void scatterBar2d(cudaStream_t stream, const KickPass<Storage>& pass, std::int64_t* sums, typename Storage::Real* potentialBar);
// chargeBar: [nodes].
template <class Storage>
void gatherBar2d(cudaStream_t stream, const KickPass<Storage>& pass, bool inverse, const typename Storage::Real* chargeBar);

}  // namespace unkick::cuda
