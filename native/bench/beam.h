// The beam and the line that are timed: one kick, or several, between half drifts, as bench/sweep.mjs has them.
#pragma once

#include <vector>

#include "engine/engine.h"
#include "timer.h"

namespace unkick::bench {

struct Settings {
  std::int64_t particles = 100000;
  int grid = 32;    // nodes along each axis
  int threads = 2;  // CPU only
  int samples = 15;
  double seconds = 5;  // after which no further sample is taken, beyond the third
  Clock clock = Clock::Wall;
  Precision precision = Precision::F64;

  // As the library chooses it (ts/src/precision.ts).
  Headroom headroom() const { return precision == Precision::F64 ? 1024 : 16; }
};

struct Beam {
  std::vector<double> z[kCoordinates];  // [particles]
  std::vector<double> charges;          // [particles] C
  HostBeam host() const;
};
// Gaussian, sigma 1 mm in x, y and tau, as bench/sweep.mjs makes it.
Beam gaussianBeam(std::int64_t particles);

// 0.2 m per kick, electrons of 25 MeV; the grid spans four sigmas to either side.
Line kickLine(int grid, int kicks);

Demand demandOf(const Settings& settings);

}  // namespace unkick::bench
