// Passes that take in a state or look at it as a whole.
#pragma once

#include "particles.h"
#include "sweep_scalars.h"

namespace unkick::cuda {

// Rounds the coordinates to their quanta; one that is out of its range is recorded as a fault.
void snapCoordinates(cudaStream_t stream, const Particles& particles, const Quanta& quanta, int faultPass, FaultKey* fault);

// Gives every charge the sign that goes with particles.lost.
void markLosses(cudaStream_t stream, const Particles& particles);

// hash, memory: on the device.
void hashState(cudaStream_t stream, const Particles& particles, HashSum* hash);
void hashMemory(cudaStream_t stream, const void* memory, std::size_t bytes, HashSum* hash);

}  // namespace unkick::cuda
