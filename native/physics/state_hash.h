// Hashes of one macroparticle's state and of one word of a block of memory. Their sums modulo 2^64 are hashes of
// the beam, which does not depend on the order of the particles, and of the block.
#pragma once

#include "phase.h"

namespace unkick {

// The finaliser of MurmurHash3: every input bit reaches every output bit.
UNKICK_HD std::uint64_t mix(std::uint64_t h) {
  h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdULL;
  h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  return h ^ (h >> 33);
}

// z: [6]. lost: the aperture that took the particle, or kAlive.
UNKICK_HD std::uint64_t hashParticle(const double* z, std::int32_t lost) {
  std::uint64_t h = mix(static_cast<std::uint64_t>(static_cast<std::uint32_t>(lost)));
  for (int c = 0; c < kCoordinates; ++c) {
    std::uint64_t bits;
    memcpy(&bits, &z[c], sizeof bits);
    h = mix(h + bits);
  }
  return h;
}

UNKICK_HD std::uint64_t hashWord(std::uint64_t word, std::int64_t place) { return mix(mix(static_cast<std::uint64_t>(place)) + word); }

}  // namespace unkick
