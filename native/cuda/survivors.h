// Whether a particle lives, where the line has apertures; see native/physics/aperture.h. For device code.
#pragma once

#include "../physics/local_map.h"
#include "particles.h"

namespace unkick::cuda {

// The sign of a charge says what `lost` says.
__device__ __forceinline__ void markLost(const ParticleArrays& p, std::int64_t i, std::int32_t lost) {
  p.lost[i] = lost;
  p.charge[i] = ::copysign(p.charge[i], lost == kAlive ? 1.0 : -1.0);
}

// A particle on its way through a run with apertures.
class Mortal {
 public:
  // firstLoss: what the line's first aperture is called on this turn.
  __device__ __forceinline__ Mortal(const ParticleArrays& p, std::int64_t i, std::int32_t firstLoss)
      : firstLoss_(firstLoss), loaded_(p.lost[i]), lost_(loaded_) {}
  __device__ __forceinline__ void store(const ParticleArrays& p, std::int64_t i) const {
    if (lost_ != loaded_) markLost(p, i, lost_);
  }

  __device__ __forceinline__ bool alive() const { return lost_ == kAlive; }
  __device__ __forceinline__ void lose(const Aperture& aperture, const Phase<double>& z) {
    if (alive() && aperture.takes(z)) lost_ = firstLoss_ + aperture.index;
  }
  __device__ __forceinline__ void revive(const Aperture& aperture) {
    if (lost_ == firstLoss_ + aperture.index) lost_ = kAlive;
  }

 private:
  std::int32_t firstLoss_, loaded_, lost_;
};

// And one on a line without: nothing is loaded and nothing asked.
struct Immortal {
  __device__ __forceinline__ Immortal(const ParticleArrays&, std::int64_t, std::int32_t) {}
  __device__ __forceinline__ void store(const ParticleArrays&, std::int64_t) const {}
  __device__ __forceinline__ static constexpr bool alive() { return true; }
  __device__ __forceinline__ void lose(const Aperture&, const Phase<double>&) {}
  __device__ __forceinline__ void revive(const Aperture&) {}
};

// Adds a moment cotangent to a particle's; the lost have no part in moments.
template <class Storage>
__device__ __forceinline__ void addMomentCotangent(const MomentCotangent& cotangent, const Particles<Storage>& p, std::int64_t i,
                                                   const Phase<double>& z, Phase<double>& zBar) {
  const double q = p.charge[i];
  const bool lost = ::copysign(1.0, q) < 0;
  if (lost) return;
  double qBar = p.chargeBarAt(i);
  cotangent.apply(z, q, zBar, qBar);
  p.setChargeBar(i, qBar);
  zBar = asStored<typename Storage::Real>(zBar);
}

}  // namespace unkick::cuda
