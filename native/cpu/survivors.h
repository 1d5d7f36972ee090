// Which particles of a pack live, where the line has apertures. A lost particle's charge is negative and
// `lost` names the aperture that took it; see native/physics/aperture.h.
#pragma once

#include "../physics/aperture.h"
#include "particles.h"

namespace unkick {

UNKICK_HD Pack liveCharge(Pack q) { return select(q > 0.0, q, Pack::all(0)); }

// By the sign bit: a probe particle of no charge lives and dies like any other.
UNKICK_HD PackMask negativeSign(Pack a) { return {(Int4)a.low < 0, (Int4)a.high < 0}; }

class Survivors {
 public:
  // firstLoss: what the line's first aperture is called on this turn.
  UNKICK_HD Survivors(const ParticleArrays& p, std::int64_t i, std::int32_t firstLoss)
      : charge_(Pack::load(p.charge + i)), firstLoss_(firstLoss) {
    memcpy(lost_, p.lost + i, sizeof lost_);
  }
  UNKICK_HD void store(const ParticleArrays& p, std::int64_t i) const {
    charge_.store(p.charge + i);
    memcpy(p.lost + i, lost_, sizeof lost_);
  }

  UNKICK_HD Pack charge() const { return charge_; }
  UNKICK_HD PackMask alive() const { return negate(negativeSign(charge_)); }
  UNKICK_HD bool allAlive() const { return !negativeSign(charge_).any(); }

  UNKICK_HD void lose(const Aperture& aperture, const Phase<Pack>& z) {
    const PackMask taken = aperture.takes(z) & alive();
    if (!taken.any()) return;
    flip(taken, firstLoss_ + aperture.index);
  }
  UNKICK_HD void revive(const Aperture& aperture) {
    const std::int32_t index = firstLoss_ + aperture.index;
    std::int64_t here[Pack::lanes];
    for (int lane = 0; lane < Pack::lanes; ++lane) here[lane] = lost_[lane] == index ? -1 : 0;
    PackMask back;
    memcpy(&back.low, here, sizeof back.low);
    memcpy(&back.high, here + 4, sizeof back.high);
    if (back.any()) flip(back, kAlive);
  }

 private:
  UNKICK_HD void flip(PackMask which, std::int32_t index) {
    charge_ = select(which, -charge_, charge_);
    std::int64_t lanes[Pack::lanes];
    which.store(lanes);
    for (int lane = 0; lane < Pack::lanes; ++lane) {
      if (lanes[lane]) lost_[lane] = index;
    }
  }

  Pack charge_;
  std::int32_t firstLoss_;
  std::int32_t lost_[Pack::lanes];
};

UNKICK_HD Phase<Pack> select(PackMask which, const Phase<Pack>& a, const Phase<Pack>& b) {
  Phase<Pack> chosen;
  for (int c = 0; c < kCoordinates; ++c) chosen[c] = select(which, a[c], b[c]);
  return chosen;
}

}  // namespace unkick
