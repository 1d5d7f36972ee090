#include "sweeps.h"

#include <chrono>

namespace unkick::bench {

namespace {

struct SweepTimes {
  std::vector<double> forward, gradient;
};

double seconds(Engine& engine, const std::vector<Action>& actions) {
  const std::atomic<bool> abort{false};
  const auto started = std::chrono::steady_clock::now();
  engine.execute(actions, abort, [](int) {});
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

// Seconds forward, and forward and back. Loading makes the engine forget the fields of the sample before.
void sample(Engine& engine, bool fields, SweepTimes& times) {
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
  seconds(engine, {{Op::Load, 0, 0}});
  const double there = seconds(engine, forward);
  seconds(engine, {{Op::ClearAdjoint, 0, 0}, {Op::AddCotangent, 0, 0}});
  times.forward.push_back(there);
  times.gradient.push_back(there + seconds(engine, reverse));
}

SweepTimes timesOf(const Beam& beam, const Settings& settings, int kicks, bool fields, std::size_t& arenaBytes) {
  Demand demand = demandOf(settings);
  const std::size_t field = sizeof(double) * settings.grid * settings.grid * settings.grid;
  for (int kick = 0; fields && kick < kicks; ++kick) demand.deviceSlots.push_back({kick * field, field});
  Engine engine(kickLine(settings.grid, kicks), demand, 1024);
  arenaBytes = engine.plan().bytes;
  engine.host.beam = beam.host();
  for (int c = 0; c < kCoordinates; ++c) engine.host.cotangent[c] = beam.z[c].data();
  SweepTimes times;
  sample(engine, fields, times);
  times = {};
  const auto started = std::chrono::steady_clock::now();
  for (int i = 0; i < settings.samples; ++i) {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - started;
    if (i >= 3 && passed.count() > settings.seconds) break;
    sample(engine, fields, times);
  }
  return times;
}

}  // namespace

Json timeSweeps(const Beam& beam, const Settings& settings, int kicks) {
  std::size_t arenaBytes = 0;
  Json result = Json::object().field("kicks", kicks);
  if (kicks > 1) {
    std::size_t withFields = 0;
    result.field("fieldsGradient", quartilesOf(timesOf(beam, settings, kicks, true, withFields).gradient));
  }
  const SweepTimes times = timesOf(beam, settings, kicks, false, arenaBytes);
  return result.field("forward", quartilesOf(times.forward))
      .field("gradient", quartilesOf(times.gradient))
      .field("arenaBytes", static_cast<double>(arenaBytes));
}

}  // namespace unkick::bench
