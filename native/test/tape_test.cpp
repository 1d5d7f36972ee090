// What a back end keeps and gives back beside the sweep itself: hashes of the state, everything that a sweep
// needs to go on elsewhere, and the numbers of its line.
#include <cstring>

#include "backends.h"
#include "cases.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

// --- hashes -----------------------------------------------------------------------------------------------

void verifies() {
  const Case c = withApertures();
  Engine engine(c.line(), demandOf(c, false), c.headroom);
  bindBeam(engine, c.beam);
  const int steps = static_cast<int>(engine.line().steps.size());
  std::vector<Action> actions = {{Op::Load, 0, 0}};
  for (int s = 0; s < steps; ++s) {
    actions.push_back({Op::Record, s, 0});
    actions.push_back({Op::Forward, s, 0});
  }
  for (int s = steps - 1; s >= 0; --s) {
    actions.push_back({Op::Inverse, s, 0});
    actions.push_back({Op::Verify, s, 0});
  }
  expect(mismatchOf(engine, actions) == -1, "the way back passes through the states of the way forward");
  expect(mismatchOf(engine, {{Op::Verify, 2, 0}}) == 2, "another state is none of them");

  const auto write = [&](const State& state) {
    for (int d = 0; d < kCoordinates; ++d) engine.host.newState[d] = state.z[d].data();
    engine.host.newLosses = state.lost.data();
    perform(engine, {{Op::WriteState, 0, 0}});
  };
  const State loaded = readState(engine);
  State changed = loaded;
  changed.z[PY][17] += std::ldexp(c.headroom * 3e-4, 2 - coordinateBits(c.precision));  // about a quantum
  write(changed);
  expect(!sameBits(readState(engine), loaded) && mismatchOf(engine, {{Op::Verify, 0, 0}}) == 0, "one bit of a coordinate is noticed");
  changed = loaded;
  std::swap(changed.z[X][3], changed.z[X][4]);
  write(changed);
  expect(mismatchOf(engine, {{Op::Verify, 0, 0}}) == 0, "and numbers of two particles that were exchanged");
  changed = loaded;
  changed.lost[5] = 1;
  write(changed);
  expect(mismatchOf(engine, {{Op::Verify, 0, 0}}) == 0, "and a particle that should live");
  write(loaded);
  expect(mismatchOf(engine, {{Op::Verify, 0, 0}}) == -1, "the state itself is known again");
}

// --- going on elsewhere -----------------------------------------------------------------------------------

void writesState() {
  const Case c = withApertures();
  Demand demand = demandOf(c, false);
  demand.observations = 2;
  Engine engine(c.line(), demand, c.headroom);
  bindBeam(engine, c.beam);
  perform(engine, {{Op::Load, 0, 0}, {Op::Forward, 0, 0}, {Op::Observe, 0, 0}});
  const State there = readState(engine);
  for (int d = 0; d < kCoordinates; ++d) engine.host.newState[d] = there.z[d].data();
  engine.host.newLosses = there.lost.data();
  perform(engine, {{Op::Load, 0, 0}, {Op::WriteState, 0, 0}, {Op::Observe, 0, 1}});
  expect(sameBits(readState(engine), there), "the state that is read is the one that was written");
  double before[kObservation], after[kObservation];
  engine.readObservation(0, before);
  engine.readObservation(1, after);
  expect(before[0] < 1e-9 && std::memcmp(before, after, sizeof before) == 0, "the lost have no charge in it");

  std::vector<double> far = there.z[Y];
  far[123] = -1e6;
  engine.host.newState[Y] = far.data();
  engine.host.newLosses = nullptr;
  try {
    perform(engine, {{Op::WriteState, 0, 0}});
  } catch (const TrackingFault& fault) {
    expect(fault.fault.kind == FaultKind::CoordinateRange && fault.fault.particle == 123 && fault.fault.coordinate == Y, faultMessage(fault.fault));
    return;
  }
  throw Failure("a coordinate out of range was taken");
}

// Half of a sweep on one engine and the rest on another, that knows only what the first one gave out.
void resumes(const Case& c) {
  const Result whole = gradientOf(c);
  const Line line = c.line();
  const int steps = static_cast<int>(line.steps.size());
  const std::int64_t n = c.beam.particles();
  std::vector<double> adjoint[kCoordinates], chargesBar(n), sums(line.sums);
  for (auto& bar : adjoint) bar.resize(n);
  const auto bind = [&](Engine& engine) {
    bindBeam(engine, c.beam);
    for (int d = 0; d < kCoordinates; ++d) engine.host.adjoint[d] = adjoint[d].data();
    engine.host.chargesBar = chargesBar.data();
  };

  Engine first(line, demandOf(c, true), c.headroom);
  bind(first);
  std::vector<double> w[kCoordinates];
  std::vector<Action> actions = {{Op::Load, 0, 0}};
  for (int s = 0; s < steps; ++s) actions.push_back({Op::Forward, s, 0});
  for (Op op : {Op::ClearAdjoint, Op::AddCotangent}) actions.push_back({op, 0, 0});
  for (int s = steps - 1; s >= steps / 2; --s) actions.push_back({Op::Reverse, s, 0});
  actions.push_back({Op::ReadAdjoint, 0, 0});
  for (int d = 0; d < kCoordinates; ++d) {
    w[d] = weights(c, d);
    first.host.cotangent[d] = w[d].data();
  }
  perform(first, actions);
  const State state = readState(first);
  first.readGradient(sums.data());

  Engine second(line, demandOf(c, true), c.headroom);
  bind(second);
  for (int d = 0; d < kCoordinates; ++d) second.host.newState[d] = state.z[d].data();
  if (line.apertures > 0) second.host.newLosses = state.lost.data();
  second.host.chargesCotangent = chargesBar.data();
  perform(second, {{Op::Load, 0, 0}, {Op::WriteState, 0, 0}, {Op::ClearAdjoint, 0, 0}, {Op::AddCotangent, 0, 0}});
  second.writeGradient(sums.data());
  for (int d = 0; d < kCoordinates; ++d) second.host.cotangent[d] = adjoint[d].data();
  actions = {{Op::WriteAdjoint, 0, 0}};
  for (int s = steps / 2 - 1; s >= 0; --s) actions.push_back({Op::Reverse, s, 0});
  actions.push_back({Op::ReadAdjoint, 0, 0});
  perform(second, actions);

  Result resumed = whole;
  for (int d = 0; d < kCoordinates; ++d) resumed.adjoint[d] = adjoint[d];
  resumed.chargesBar = chargesBar;
  second.readGradient(resumed.parameters.data());
  const std::string differs = differingBits(resumed, whole);
  expect(differs.empty(), "the rest on another engine gives the same bits, not so in " + differs);
}

// --- other numbers for the same line ----------------------------------------------------------------------

State trackedOn(Engine& engine, const Case& c) {
  begin(engine, c);
  perform(engine, trackActions(c));
  return readState(engine);
}

void takesOtherNumbers(const Case& c) {
  Case changed = c;
  for (int slot = 0; slot < changed.slots(); ++slot) changed.parameter(slot) *= 1.001;
  Engine fresh(changed.line(), demandOf(c, false), c.headroom), kept(c.line(), demandOf(c, false), c.headroom);
  const State before = trackedOn(kept, c), expected = trackedOn(fresh, changed);
  expect(!sameBits(before, expected), "the numbers matter");
  expect(kept.setLine(changed.line()), "other numbers are taken");
  expect(sameBits(trackedOn(kept, changed), expected), "an engine with other numbers gives the bits of a new one");
  Line longer = changed.line();
  longer.addRun({});
  expect(!kept.setLine(longer), "a line of another shape is refused");
  expect(sameBits(trackedOn(kept, changed), expected), "and nothing happens");
}

}  // namespace

void tapeTests(const std::string& name, Precision precision) {
  const UseBackend use(name, precision);
  const std::string backend = name + " " + precisionName(precision);
  test(backend + ": hashes of the states", verifies);
  test(backend + ": a state that is written", writesState);
  for (const Case& c : {smallCases()[0], smallCases()[4], withApertures()}) {
    test(backend + ": a sweep that is resumed: " + c.name, [&] { resumes(c); });
    test(backend + ": a line that gets other numbers: " + c.name, [&] { takesOtherNumbers(c); });
  }
}

}  // namespace unkick::testing
