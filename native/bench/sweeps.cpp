#include "sweeps.h"

#include <memory>

namespace unkick::bench {

namespace {

struct SweepTimes {
  std::vector<double> forward, gradient;
};

double seconds(Engine& engine, Clock clock, const std::vector<Action>& actions) {
  const std::atomic<bool> abort{false};
  return secondsOf(clock, [&] { engine.execute(actions, abort, [](int) {}); });
}

// Seconds forward, and forward and back. Loading makes the engine forget the fields of the sample before.
void sample(Engine& engine, Clock clock, bool fields, SweepTimes& times) {
  const std::vector<Step>& steps = engine.line().steps;
  const int last = static_cast<int>(steps.size()) - 1;
  std::vector<Action> forward, reverse;
  for (int i = 0; i <= last; ++i) {
    forward.push_back({Op::Forward, i, 0});
    if (fields && steps[i].isKick()) forward.push_back({Op::StoreField, i, steps[i].kickIndex});
  }
  for (int i = last; i >= 0; --i) {
    if (fields && steps[i].isKick()) reverse.push_back({Op::RestoreField, i, steps[i].kickIndex});
    reverse.push_back({Op::Reverse, i, 0});
  }
  seconds(engine, clock, {{Op::Load, 0, 0}});
  const double there = seconds(engine, clock, forward);
  seconds(engine, clock, {{Op::ClearAdjoint, 0, 0}, {Op::AddCotangent, 0, 0}});
  times.forward.push_back(there);
  times.gradient.push_back(there + seconds(engine, clock, reverse));
}

// An engine with the beam bound, and slots for every kick's field where `fields`.
std::unique_ptr<Engine> engineFor(const Beam& beam, const Settings& settings, int kicks, bool fields) {
  Demand demand = demandOf(settings);
  const std::size_t field = sizeof(double) * settings.grid * settings.grid * settings.grid;
  for (int kick = 0; fields && kick < kicks; ++kick) demand.deviceSlots.push_back({kick * field, field});
  auto engine = std::make_unique<Engine>(kickLine(settings.grid, kicks), demand, 1024);
  engine->host.beam = beam.host();
  for (int c = 0; c < kCoordinates; ++c) engine->host.cotangent[c] = beam.z[c].data();
  return engine;
}

SweepTimes timesOf(Engine& engine, const Settings& settings, bool fields) {
  SweepTimes times;
  sample(engine, settings.clock, fields, times);
  times = {};
  const double started = secondsNow(settings.clock);
  for (int i = 0; i < settings.samples; ++i) {
    if (i >= 3 && secondsNow(settings.clock) - started > settings.seconds) break;
    sample(engine, settings.clock, fields, times);
  }
  return times;
}

Json describe(const Engine& engine, const SweepTimes& times) {
  return Json::object()
      .field("kicks", engine.line().kicks)
      .field("forward", quartilesOf(times.forward))
      .field("gradient", quartilesOf(times.gradient))
      .field("arenaBytes", static_cast<double>(engine.memory().bytes));
}

}  // namespace

Json timeSweeps(const Beam& beam, const Settings& settings, int kicks) {
  const std::unique_ptr<Engine> invert = engineFor(beam, settings, kicks, false);
  Json result = describe(*invert, timesOf(*invert, settings, false));
  if (kicks == 1) return result;
  const std::unique_ptr<Engine> fields = engineFor(beam, settings, kicks, true);
  return result.field("fieldsGradient", quartilesOf(timesOf(*fields, settings, true).gradient));
}

Json timeSweepOnce(const Beam& beam, const Settings& settings, int kicks) {
  const std::unique_ptr<Engine> engine = engineFor(beam, settings, kicks, false);
  SweepTimes times;
  sample(*engine, settings.clock, false, times);
  return describe(*engine, times);
}

}  // namespace unkick::bench
