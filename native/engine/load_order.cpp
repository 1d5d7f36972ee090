#include "load_order.h"

#include <cmath>

namespace unkick {

LoadOrder::LoadOrder(const double* tau, std::int64_t particles) : tau_(tau), particles_(particles) {
  // Slices span four rms about the mean; what lies beyond shares the outermost.
  double sum = 0, squares = 0;
  for (std::int64_t i = 0; i < particles; ++i) {
    const double u = tau[i] - tau[0];
    sum += u;
    squares += u * u;
  }
  const double mean = sum / particles, rms = std::sqrt(std::fmax(squares / particles - mean * mean, 0.0));
  first_ = tau[0] + mean - 4 * rms;
  perSlice_ = rms > 0 ? kSlices / (8 * rms) : 0;
  if (!std::isfinite(first_) || !std::isfinite(perSlice_)) first_ = perSlice_ = 0;  // keep the caller's order

  overParts([&](int part) {
    for (std::int64_t i = begin(part); i < begin(part + 1); ++i) ++starts_[part * kSlices + slice(tau[i])];
  });
  std::int64_t place = 0;
  for (int s = 0; s < kSlices; ++s) {
    for (int part = 0; part < parts; ++part) {
      std::int64_t& start = starts_[part * kSlices + s];
      const std::int64_t count = start;
      start = place;
      place += count;
    }
  }
}

std::int64_t LoadOrder::particleAt(std::int64_t place) const {
  std::int64_t found = -1;
  for (int part = 0; part < parts && found < 0; ++part) {
    walk(part, [&](std::int64_t particle, std::int64_t at) {
      if (at == place) found = particle;
    });
  }
  return found;
}

}  // namespace unkick
