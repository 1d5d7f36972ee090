#include "state.h"

#include "../physics/state_hash.h"
#include "launch.h"
#include "survivors.h"

namespace unkick::cuda {

namespace {

__global__ void __launch_bounds__(kBlock) markKernel(ParticleArrays p) {
  const std::int64_t i = threadNumber();
  if (i < p.count) markLost(p, i, p.lost[i]);
}

// Addition modulo 2^64 takes the particles in any order.
template <class Storage>
__global__ void __launch_bounds__(kBlock) hashKernel(Particles<Storage> p, HashSum* hash) {
  HashSum* ofBlock = reinterpret_cast<HashSum*>(sharedMemory());
  if (threadIdx.x == 0) *ofBlock = 0;
  __syncthreads();
  const std::int64_t i = threadNumber();
  if (i < p.count) atomicAdd(ofBlock, hashParticle(p.load(i).c, p.lost ? p.lost[i] : kAlive));
  __syncthreads();
  if (threadIdx.x == 0) atomicAdd(hash, *ofBlock);
}

__global__ void __launch_bounds__(kBlock) hashMemoryKernel(const HashSum* words, std::int64_t count, HashSum* hash) {
  HashSum* ofBlock = reinterpret_cast<HashSum*>(sharedMemory());
  if (threadIdx.x == 0) *ofBlock = 0;
  __syncthreads();
  const std::int64_t i = threadNumber();
  if (i < count) atomicAdd(ofBlock, hashWord(words[i], i));
  __syncthreads();
  if (threadIdx.x == 0) atomicAdd(hash, *ofBlock);
}

// A launch whose blocks add up what their threads found.
Shape summing(std::int64_t count) {
  Shape shape = over(count);
  shape.sharedDoubles = 1;
  return shape;
}

}  // namespace

void markLosses(cudaStream_t stream, const ParticleArrays& particles) {
  launch(stream, "mark losses", over(particles.count), markKernel, particles);
}

template <class Storage>
void hashState(cudaStream_t stream, const Particles<Storage>& particles, HashSum* hash) {
  check(cudaMemsetAsync(hash, 0, sizeof(HashSum), stream), "clearing the hash");
  launch(stream, "hash state", summing(particles.count), hashKernel<Storage>, particles, hash);
}

void hashMemory(cudaStream_t stream, const void* memory, std::size_t bytes, HashSum* hash) {
  check(cudaMemsetAsync(hash, 0, sizeof(HashSum), stream), "clearing the hash");
  const std::int64_t words = static_cast<std::int64_t>(bytes / sizeof(HashSum));
  launch(stream, "hash memory", summing(words), hashMemoryKernel, static_cast<const HashSum*>(memory), words, hash);
}

template void hashState(cudaStream_t, const Particles<F64>&, HashSum*);
template void hashState(cudaStream_t, const Particles<F32>&, HashSum*);

}  // namespace unkick::cuda
