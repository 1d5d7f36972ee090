// The particle side of a long beam's kick: as kicks.h, whose contracts hold.
#pragma once

#include "kicks.h"

namespace unkick::cuda {

template <class Storage>
void deposit2d(cudaStream_t stream, const KickPass<Storage>& pass, std::int64_t* grid, bool report);
template <class Storage>
void kick2d(cudaStream_t stream, const KickPass<Storage>& pass, bool inverse);
template <class Storage>
void kickBar2d(cudaStream_t stream, const KickPass<Storage>& pass, bool inverse, std::int64_t* grid);
template <class Storage>
void depositBar2d(cudaStream_t stream, const KickPass<Storage>& pass);

}  // namespace unkick::cuda
