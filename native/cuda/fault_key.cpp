#include "fault_key.h"

#include <cmath>

namespace unkick::cuda {

Fault decodeFault(FaultKey key, int step) {
  Fault fault;
  fault.step = step;
  const int what = static_cast<int>(key >> 11) & 0xf;
  if (what >= kCollapsedAxis) {
    fault.kind = FaultKind::CollapsedExtent;
    fault.coordinate = what - kCollapsedAxis;
    return fault;
  }
  fault.kind = FaultKind::CoordinateRange;
  fault.coordinate = what;
  fault.particle = static_cast<std::int64_t>(key >> 15) & ((std::int64_t(1) << 37) - 1);
  const int exponent = static_cast<int>(key & kNotANumber);
  fault.excess = exponent == kNotANumber ? NAN : std::ldexp(1.0, exponent - 1023);
  return fault;
}

}  // namespace unkick::cuda
