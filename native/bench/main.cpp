// Times the stages of a kick, and sweeps over one kick and several, on the back end that it is linked with:
//   unkick_cpu_bench [--particles 1e6] [--grid 64] [--threads 2] [--samples 15] [--seconds 5] [--kicks 4] [--once]
//     [--processor-time] [--precision f64|f32] [--sweep | --once]
// Prints one JSON object. With --sweep it times sweeps over one kick, and nothing else; with --once it takes one sweep over
// the kicks under `invert`, and nothing else: for runs of minutes. Stages, whose bytes are counted in float64, are left out in f32.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "engine/backend.h"
#include "stages.h"
#include "sweeps.h"

namespace {

struct Options {
  unkick::bench::Settings settings;
  int kicks = 4;
  bool sweep = false, once = false;
};

// False where there is an argument that it does not know.
bool parse(int count, char** arguments, Options& options) {
  using unkick::bench::Clock;
  for (int i = 1; i < count; ++i) {
    const auto is = [&](const char* name) { return std::strcmp(arguments[i], name) == 0; };
    if (is("--sweep") || is("--once")) {
      (is("--sweep") ? options.sweep : options.once) = true;
      continue;
    }
    if (is("--processor-time")) {
      options.settings.clock = Clock::Processor;
      continue;
    }
    if (i + 1 == count) return false;
    if (is("--precision")) {
      const std::string name = arguments[++i];
      if (name != "f64" && name != "f32") return false;
      options.settings.precision = name == "f32" ? unkick::Precision::F32 : unkick::Precision::F64;
      continue;
    }
    const double value = std::atof(arguments[i + 1]);
    if (!(value >= 1)) return false;
    if (is("--particles")) options.settings.particles = static_cast<std::int64_t>(value);
    else if (is("--grid")) options.settings.grid = static_cast<int>(value);
    else if (is("--threads")) options.settings.threads = static_cast<int>(value);
    else if (is("--samples")) options.settings.samples = static_cast<int>(value);
    else if (is("--seconds")) options.settings.seconds = value;
    else if (is("--kicks")) options.kicks = static_cast<int>(value);
    else return false;
    ++i;
  }
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  using namespace unkick;
  using namespace unkick::bench;
  Options options;
  if (!parse(count, arguments, options)) {
    std::fprintf(stderr, "unknown or unfinished argument; see the top of native/bench/main.cpp\n");
    return 2;
  }
  const std::string problem = backendUnavailable();
  if (!problem.empty()) {
    std::fprintf(stderr, "skipped: %s\n", problem.c_str());
    return 77;  // as the test programs have it
  }
  try {
    const Settings& settings = options.settings;
    const Beam beam = gaussianBeam(settings.particles);
    Json result = Json::object()
                      .field("particles", static_cast<double>(settings.particles))
                      .field("grid", settings.grid)
                      .field("threads", settings.threads)
                      .field("precision", settings.precision == Precision::F64 ? std::string("f64") : "f32")
                      .field("clock", settings.clock == Clock::Wall ? std::string("wall") : "processor")
                      .field("details", backendDetails());
    if (options.once) {
      result.field("once", timeSweepOnce(beam, settings, options.kicks));
    } else {
      result.field("oneKick", timeSweeps(beam, settings, 1));
      if (!options.sweep && settings.precision == Precision::F64) result.field("perStage", timeStages(beam, settings));
      if (!options.sweep) result.field("severalKicks", timeSweeps(beam, settings, options.kicks));
    }
    std::printf("%s\n", result.text().c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
