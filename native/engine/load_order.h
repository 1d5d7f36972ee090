// The order in which a beam lies on the device: by slices of tau. Neighbours in memory are then neighbours
// on the grid, and stay so, since particles hardly overtake each other along the beam; scatter and gather
// find their nodes in cache. The order is a stable counting sort that is replayed from the
// caller's own tau whenever arrays go in or come out, so that no permutation is ever stored.
#pragma once

#include <cstdint>
#include <vector>

#include "host_threads.h"

namespace unkick {

class LoadOrder {
 public:
  LoadOrder() = default;
  // tau: [particles] m, the caller's; must outlive this object's use.
  LoadOrder(const double* tau, std::int64_t particles);

  // Particles are walked in parts that can run at the same time.
  static constexpr int parts = 16;

  // f(particle, place) for every particle of a part.
  template <class F>
  void walk(int part, F&& f) const {
    std::vector<std::int64_t> next(starts_.begin() + part * kSlices, starts_.begin() + (part + 1) * kSlices);
    for (std::int64_t i = begin(part); i < begin(part + 1); ++i) f(i, next[slice(tau_[i])]++);
  }

  // f for every particle, on several threads where there are many.
  template <class F>
  void walkAll(F&& f) const {
    overParts([&](int part) { walk(part, f); });
  }

  // The caller's index of the particle at a place.
  std::int64_t particleAt(std::int64_t place) const;

 private:
  static constexpr int kSlices = 1024;
  static constexpr std::int64_t kFewParticles = 1 << 17;  // for which threads take longer to start than to work

  template <class F>
  void overParts(F&& f) const {
    if (particles_ >= kFewParticles) return onHostThreads(parts, f);
    for (int part = 0; part < parts; ++part) f(part);
  }
  std::int64_t begin(int part) const { return particles_ * part / parts; }
  int slice(double tau) const {
    const double s = (tau - first_) * perSlice_;
    return s > 0 ? (s < kSlices - 1 ? static_cast<int>(s) : kSlices - 1) : 0;
  }

  const double* tau_ = nullptr;
  std::int64_t particles_ = 0;
  double first_ = 0, perSlice_ = 0;
  std::vector<std::int64_t> starts_ = std::vector<std::int64_t>(parts * kSlices, 0);  // [part][slice] first place
};

}  // namespace unkick
