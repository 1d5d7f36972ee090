// Each operation of one kick and its runs, called on the back end itself and timed on its own.
#pragma once

#include "beam.h"
#include "json.h"

namespace unkick::bench {

// [{ stage, seconds, per, nanoseconds, bytes, copySeconds, transformSeconds, reference }, ...], and what they are held
// against: { copyBytesPerSecond, ... }.
Json timeStages(const Beam& beam, const Settings& settings);

}  // namespace unkick::bench
