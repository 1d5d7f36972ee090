// Finding out which macroparticle broke its range, once a pass over a pack has noticed that one did.
#pragma once

#include <cmath>
#include <mutex>

#include "../engine/fault.h"
#include "particles.h"

namespace unkick {

class FaultRecorder {
 public:
  // Keeps the fault of the lowest particle, so that the report does not depend on the threads.
  void report(const Fault& fault) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (fault_.kind == FaultKind::None || fault.particle < fault_.particle) fault_ = fault;
  }
  Fault fault() const { return fault_; }
  void clear() { fault_ = Fault(); }

 private:
  std::mutex mutex_;
  Fault fault_;
};

// Compares a particle before and after a map. Either a coordinate left its bound or the increment, taken
// as the change, left half of it.
inline bool rangeFault(const Phase<double>& before, const Phase<double>& after, const Quanta& q, Fault& fault) {
  for (int i = 0; i < kCoordinates; ++i) {
    const double reach = std::fabs(after[i]) / q.coordinateBound[i];
    const double stride = std::fabs(after[i] - before[i]) / q.incrementBound[i];
    if (reach < 1 && stride < 1) continue;
    fault.kind = FaultKind::CoordinateRange;
    fault.coordinate = i;
    fault.excess = std::isnan(reach + stride) ? NAN : std::max(reach, stride);
    return true;
  }
  return false;
}

}  // namespace unkick
