// Whole sweeps through the engine, as a tracker drives them, but without Node.
#pragma once

#include "beam.h"
#include "json.h"

namespace unkick::bench {

// { kicks, forward, gradient, [fieldsGradient,] ... }: seconds for all kicks, between half drifts. With several kicks the
// gradient is timed under `invert` and under `fields`. Beside the times stand the seconds that loading the beam took, and
// bytes: planned, of the arena, and on a GPU what the driver called free before the engine and after its first sweep.
Json timeSweeps(const Beam& beam, const Settings& settings, int kicks);

// The same of one sweep, the first of its engine.
Json timeSweepOnce(const Beam& beam, const Settings& settings, int kicks);

}  // namespace unkick::bench
