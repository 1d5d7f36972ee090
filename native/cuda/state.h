// Passes that look at a state as a whole.
#pragma once

#include "particles.h"
#include "sweep_scalars.h"

namespace unkick::cuda {

// Gives every charge the sign that goes with particles.lost.
void markLosses(cudaStream_t stream, const ParticleArrays& particles);

// hash, memory: on the device.
template <class Storage>
void hashState(cudaStream_t stream, const Particles<Storage>& particles, HashSum* hash);
void hashMemory(cudaStream_t stream, const void* memory, std::size_t bytes, HashSum* hash);

}  // namespace unkick::cuda
