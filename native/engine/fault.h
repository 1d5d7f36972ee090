// What can go wrong inside the particle loops. It is sticky: the first one found is kept, later passes run
// on without effect on memory safety, and the engine asks for it between actions.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace unkick {

enum class FaultKind : int {
  None,
  CoordinateRange,  // a coordinate or an increment outgrew its exact range, or is not a number
  StateMismatch,    // the state on the way back is not that of the way forward
  CollapsedExtent,  // the beam has no extent along an axis of a kick's grid
};

struct Fault {
  FaultKind kind = FaultKind::None;
  int step = -1;               // counted on from turn to turn
  int coordinate = -1;         // of the coordinate, or the axis 0..2
  std::int64_t particle = -1;
  double excess = 0;           // |value|/bound of the worst of that particle; NaN where it is not a number
};

// A request that the back end cannot serve (no memory, no device, a library that failed).
struct BackendFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A snapshot that could not be kept, or did not come back as it was.
struct SnapshotFailure : BackendFailure {
  using BackendFailure::BackendFailure;
};

std::string faultMessage(const Fault& fault);

// Thrown for a fault; the bindings turn it into a JavaScript error with its fields.
struct TrackingFault : std::runtime_error {
  Fault fault;
  explicit TrackingFault(const Fault& f) : std::runtime_error(faultMessage(f)), fault(f) {}
};

}  // namespace unkick
