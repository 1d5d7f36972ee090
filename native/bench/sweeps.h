// Whole sweeps through the engine, as a tracker drives them, but without Node.
#pragma once

#include "beam.h"
#include "json.h"

namespace unkick::bench {

// { kicks, forward, gradient, [fieldsGradient,] arenaBytes }: seconds for all kicks, between half drifts. With several
// kicks the gradient is timed under `invert` and under `fields`.
Json timeSweeps(const Beam& beam, const Settings& settings, int kicks);

// { kicks, forward, gradient, arenaBytes } of one sweep, the first of its engine.
Json timeSweepOnce(const Beam& beam, const Settings& settings, int kicks);

}  // namespace unkick::bench
