#include "fault.h"

#include <cmath>

namespace unkick {

std::string faultMessage(const Fault& fault) {
  static const char* const coordinates[] = {"x", "px", "y", "py", "tau", "p"};
  static const char* const axes[] = {"x", "y", "z"};
  const std::string where = fault.step >= 0 ? " in step " + std::to_string(fault.step) : "";
  if (fault.kind == FaultKind::StateMismatch) {
    return "the state before step " + std::to_string(fault.step) + " is not the one that was recorded on the way forward";
  }
  if (fault.kind == FaultKind::CollapsedExtent) {
    return std::string("the beam has no extent along ") + axes[fault.coordinate] + where + ", so that a grid counted in sigmas has no cells";
  }
  return std::string(coordinates[fault.coordinate]) + " of particle " + std::to_string(fault.particle) +
         (std::isnan(fault.excess) ? " is not a number" : " outgrew its exact range") + where;
}

}  // namespace unkick
