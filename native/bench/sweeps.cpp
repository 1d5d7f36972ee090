#include "sweeps.h"

#include <algorithm>
#include <memory>

#include "probe.h"

namespace unkick::bench {

namespace {

double seconds(Engine& engine, Clock clock, const std::vector<Action>& actions) {
  const std::atomic<bool> abort{false};
  return secondsOf(clock, [&] { engine.execute(actions, abort, [](int) {}); });
}

// Device memory that the driver calls free, around an engine's life.
struct FreeBytes {
  std::size_t before, least;
};

// An engine with a beam, taken along the line and back again and again: each time it ends where it began.
class TimedSweeps {
 public:
  // Slots for every kick's field where `fields`.
  TimedSweeps(const Beam& beam, const Settings& settings, int kicks, bool fields)
      : settings_(settings), fields_(fields), free_{freeDeviceBytes(), 0} {
    const Line line = kickLine(settings.grid, kicks);
    Demand demand = demandOf(settings);
    for (const Step& step : line.steps) {
      if (!fields || !step.isKick()) continue;
      const std::size_t bytes = fieldSlotBytes(demand, step.kick);
      demand.deviceSlots.push_back({step.kickIndex * bytes, bytes});
    }
    planned_ = planMemory(line, demand).bytes;
    engine_ = std::make_unique<Engine>(line, demand, settings.headroom());
    engine_->host.beam = beam.host();
    engine_->host.cotangent[PX] = beam.z[PX].data();  // of one coordinate: the others' would only take longer to send
    addActions();
    load_ = seconds(*engine_, settings.clock, {{Op::Load, 0, 0}});
  }

  void sample() {
    engine_->forgetKicks();
    const double there = seconds(*engine_, settings_.clock, forward_);
    seconds(*engine_, settings_.clock, {{Op::ClearAdjoint, 0, 0}, {Op::AddCotangent, 0, 0}});
    times_.push_back({there, there + seconds(*engine_, settings_.clock, reverse_)});
    if (free_.least == 0) free_.least = freeDeviceBytes();
  }

  void samples() {
    sample();  // pages, plans and threads are there from now on
    times_.clear();
    const double started = secondsNow(settings_.clock);
    for (int i = 0; i < settings_.samples; ++i) {
      if (i >= kLeastSamples && secondsNow(settings_.clock) - started > settings_.seconds) break;
      sample();
    }
  }

  Quartiles forward() const { return quartilesOf(&Times::forward); }
  Quartiles gradient() const { return quartilesOf(&Times::gradient); }

  Json describe() const {
    Json result = Json::object()
                      .field("kicks", engine_->line().kicks)
                      .field("forward", forward())
                      .field("gradient", gradient())
                      .field("loadSeconds", load_)
                      .field("plannedBytes", static_cast<double>(planned_))
                      .field("arenaBytes", static_cast<double>(engine_->memory().bytes));
    if (free_.before > 0) {
      result.field("freeBytesBefore", static_cast<double>(free_.before)).field("freeBytesLeast", static_cast<double>(free_.least));
    }
    return result;
  }

 private:
  static constexpr int kLeastSamples = 3;
  struct Times {
    double forward, gradient;
  };

  void addActions() {
    const std::vector<Step>& steps = engine_->line().steps;
    const int last = static_cast<int>(steps.size()) - 1;
    for (int i = 0; i <= last; ++i) {
      forward_.push_back({Op::Forward, i, 0});
      if (fields_ && steps[i].isKick()) forward_.push_back({Op::StoreField, i, steps[i].kickIndex});
    }
    for (int i = last; i >= 0; --i) {
      if (fields_ && steps[i].isKick()) reverse_.push_back({Op::RestoreField, i, steps[i].kickIndex});
      reverse_.push_back({Op::Reverse, i, 0});
    }
  }

  Quartiles quartilesOf(double Times::*of) const {
    std::vector<double> values;
    for (const Times& times : times_) values.push_back(times.*of);
    return bench::quartilesOf(std::move(values));
  }

  Settings settings_;
  bool fields_;
  FreeBytes free_;
  std::size_t planned_ = 0;
  std::unique_ptr<Engine> engine_;
  std::vector<Action> forward_, reverse_;
  double load_ = 0;
  std::vector<Times> times_;
};

}  // namespace

Json timeSweeps(const Beam& beam, const Settings& settings, int kicks) {
  Json result = Json::object();
  {
    TimedSweeps invert(beam, settings, kicks, false);
    invert.samples();
    result = invert.describe();
  }
  if (kicks == 1) return result;
  TimedSweeps fields(beam, settings, kicks, true);
  fields.samples();
  return result.field("fieldsGradient", fields.gradient());
}

Json timeSweepOnce(const Beam& beam, const Settings& settings, int kicks) {
  TimedSweeps once(beam, settings, kicks, false);
  once.sample();
  return once.describe();
}

}  // namespace unkick::bench
