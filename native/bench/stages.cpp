#include "stages.h"

#include <functional>
#include <map>

#include "engine/backend.h"
#include "probe.h"

namespace unkick::bench {

namespace {

// What a stage moves at the least, and which transforms are in it. Bytes are counted as if every array that a stage
// reads or writes went through memory once per pass that it makes, and scattered or gathered grids once.
struct Stage {
  const char* name;
  double particleBytes;  // per macroparticle
  double nodeBytes;      // per node
  double octantBytes;    // per element of the Green function's octant, and of the half spectrum
  int forward, backward, cosine;  // how often the transforms of the whole grid are in it
};

constexpr double kR = sizeof(double);

// Coordinates 6, charge 1, their cotangents 6 and 1: what is read + what is written.
constexpr Stage kStages[] = {
    {"run", (7 + 6) * kR, 0, 0, 0, 0, 0},               // drift, with the moments for the kick
    {"inverse run", (6 + 6) * kR, 0, 0, 0, 0, 0},
    {"reverse run", (14 + 14) * kR, 0, 0, 0, 0, 0},     // with a pending moment cotangent
    {"moments", 4 * kR, 0, 0, 0, 0, 0},
    {"bound", 3 * kR, 0, 0, 0, 0, 0},
    {"deposit", 4 * kR, 2 * kR, 0, 0, 0, 0},            // clear, then add
    {"green", 0, 0, 5 * kR, 0, 0, 1},                   // write; along x, and along y and z, read and write
    {"solve", 0, 2 * kR, 9 * kR, 1, 1, 0},              // spectrum written, read and written, read; Green read
    {"kick", (6 + 3) * kR, kR, 0, 0, 0, 0},
    {"inverse kick", (6 + 3) * kR, kR, 0, 0, 0, 0},
    {"adjoint scatter", 7 * kR, 2 * kR, 0, 0, 0, 0},
    {"adjoint solve", 0, 3 * kR, 14 * kR, 2, 1, 0},     // two spectra written and read, one written and read
    {"adjoint and own solve", 0, 4 * kR, 18 * kR, 2, 2, 0},
    {"adjoint gather", (14 + 7) * kR, 2 * kR, 0, 0, 0, 0},
    {"grid adjoint", 0, 0, 5 * kR, 0, 0, 1},
};

class StageTimes {
 public:
  StageTimes(const Beam& beam, const Settings& settings)
      : settings_(settings), line_(kickLine(settings.grid, 1)), backend_(createBackend(line_, demandOf(settings))), beam_(beam) {
    backend_->load(beam.host(), settings.headroom());
  }

  // Once through a kick between its half drifts and back; the state is then what it was.
  void sample() {
    const Step &before = line_.steps[0], &kick = line_.steps[1];
    const double* cotangent[kCoordinates];
    for (int c = 0; c < kCoordinates; ++c) cotangent[c] = beam_.z[c].data();
    backend_->clearAdjoint();
    backend_->addCotangent(cotangent, nullptr);
    time("run", [&] { backend_->run(before, Direction::Forward, true); });
    time("moments", [&] { backend_->measurePositions(); });
    backend_->placeGrid(kick, true);
    time("deposit", [&] { backend_->deposit(kick, false); });
    time("green", [&] { backend_->green(kick); });
    time("solve", [&] { backend_->solve(kick); });
    time("kick", [&] { backend_->kick(kick, Direction::Forward); });
    time("inverse kick", [&] { backend_->kick(kick, Direction::Inverse); });
    backend_->kick(kick, Direction::Forward);
    time("bound", [&] { backend_->boundCotangent(); });
    const KickReverse everything = {true, true, true}, rest = {true, true, false};
    backend_->scatterBar(kick, everything);
    time("adjoint and own solve", [&] { backend_->solveBar(kick, everything); });
    backend_->deposit(kick, false);
    backend_->solve(kick);
    time("adjoint scatter", [&] { backend_->scatterBar(kick, rest); });
    time("adjoint solve", [&] { backend_->solveBar(kick, rest); });
    time("adjoint gather", [&] { backend_->gatherBar(kick, rest); });
    time("grid adjoint", [&] { backend_->gridBar(kick, true); });
    time("reverse run", [&] { backend_->reverseRun(before, true, false); });
    backend_->run(before, Direction::Forward, false);
    time("inverse run", [&] { backend_->run(before, Direction::Inverse, false); });
  }

  void forget() { times_.clear(); }
  const std::vector<double>& of(const char* stage) const { return times_.at(stage); }
  std::size_t arenaBytes() const { return backend_->arena().plan().bytes; }

 private:
  void time(const char* stage, const std::function<void()>& work) {
    backend_->fault();  // waits for the device
    times_[stage].push_back(secondsOf(settings_.clock, [&] {
      work();
      backend_->fault();
    }));
  }

  Settings settings_;
  Line line_;
  std::unique_ptr<Backend> backend_;
  const Beam& beam_;
  std::map<std::string, std::vector<double>> times_;
};

// The probe's four figures, sampled between the stages so that both see the same machine.
struct ProbeTimes {
  std::vector<double> copy, forward, backward, cosine;

  void sample(Probe& probe, Clock clock) {
    copy.push_back(secondsOf(clock, [&] { probe.copy(); }));
    forward.push_back(secondsOf(clock, [&] { probe.forwardTransforms(); }));
    backward.push_back(secondsOf(clock, [&] { probe.backwardTransforms(); }));
    cosine.push_back(secondsOf(clock, [&] { probe.cosineTransforms(); }));
  }
};

}  // namespace

Json timeStages(const Beam& beam, const Settings& settings) {
  const int nodes[3] = {settings.grid, settings.grid, settings.grid};
  const GridSizes sizes = gridSizes(nodes);
  StageTimes stages(beam, settings);
  const std::unique_ptr<Probe> probe = makeProbe(nodes, settings.threads, stages.arenaBytes() / 4 * 2);
  ProbeTimes floor;
  stages.sample();  // pages, plans and threads are there from now on
  floor.sample(*probe, settings.clock);
  stages.forget();
  floor = {};
  const double started = secondsNow(settings.clock);
  for (int sample = 0; sample < settings.samples; ++sample) {
    if (sample >= 3 && secondsNow(settings.clock) - started > settings.seconds) break;
    stages.sample();
    floor.sample(*probe, settings.clock);
  }

  const double bandwidth = static_cast<double>(stages.arenaBytes() / 4 * 2) / quartilesOf(floor.copy).median;
  const double forward = quartilesOf(floor.forward).median, backward = quartilesOf(floor.backward).median;
  const double cosine = quartilesOf(floor.cosine).median;
  Json rows = Json::array();
  for (const Stage& stage : kStages) {
    const Quartiles time = quartilesOf(stages.of(stage.name));
    const bool ofParticles = stage.particleBytes > 0;
    const double count = static_cast<double>(ofParticles ? settings.particles : sizes.nodes);
    const double bytes = stage.particleBytes * static_cast<double>(settings.particles) + stage.nodeBytes * static_cast<double>(sizes.nodes) +
                         stage.octantBytes * static_cast<double>(sizes.octant);
    rows.element(Json::object()
                     .field("stage", stage.name)
                     .field("seconds", time)
                     .field("per", ofParticles ? std::string("particle") : "cell")
                     .field("nanoseconds", time.median / count * 1e9)
                     .field("bytes", bytes)
                     .field("copySeconds", bytes / bandwidth)
                     .field("transformSeconds", stage.forward * forward + stage.backward * backward + stage.cosine * cosine));
  }
  return Json::object()
      .field("arenaBytes", static_cast<double>(stages.arenaBytes()))
      .field("copyBytesPerSecond", bandwidth)
      .field("forwardTransformSeconds", forward)
      .field("backwardTransformSeconds", backward)
      .field("cosineTransformSeconds", cosine)
      .field("stages", rows);
}

}  // namespace unkick::bench
