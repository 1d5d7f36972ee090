#include "cases.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "random.h"
#include "temporary_folder.h"
#include "testing.h"

namespace unkick::testing {

Element mapOf(const LocalMap& map) { return {Element::Map, map}; }
Element drift(double length) { return mapOf(driftMap(length)); }
Element exactDrift(double length) { return mapOf(exactDriftMap(length)); }
Element quadrupoleOf(double length, double k1) { return mapOf(quadrupoleMap(length, k1)); }
Element rectangle(double halfX, double halfY) { return mapOf(apertureMap(halfX, halfY, false)); }
Element ellipse(double halfX, double halfY) { return mapOf(apertureMap(halfX, halfY, true)); }
Element breakRun() { return {Element::Break}; }
Element kickInSigmas(double effectLength, std::array<int, 3> n, double sigmas) {
  return {Element::Kick, {}, {effectLength, {sigmas, sigmas, sigmas}, {n[0], n[1], n[2]}, true, true, true, electronReference()}};
}
Element kickFixed(double effectLength, std::array<int, 3> n, std::array<double, 3> extent) {
  return {Element::Kick, {}, {effectLength, {extent[0], extent[1], extent[2]}, {n[0], n[1], n[2]}, false, false, true, electronReference()}};
}
Element kickInPlane(double effectLength, double current, std::array<int, 2> n, double sigmas) {
  return {Element::Kick, {}, {effectLength, {sigmas, sigmas, 1}, {n[0], n[1], 1}, true, true, true, electronReference(), current}};
}

// --- beams and lines --------------------------------------------------------------------------------------

Beam gaussianBeam(std::int64_t particles, std::uint64_t seed, bool unequal) {
  constexpr double sigma[kCoordinates] = {1e-3, 2e-4, 0.7e-3, 3e-4, 1.5e-3, 1e-3};
  Random random(seed);
  Beam beam;
  for (auto& z : beam.z) z.resize(particles);
  beam.charges.assign(particles, 1e-9 / particles);
  for (std::int64_t i = 0; i < particles; ++i) {
    for (int c = 0; c < kCoordinates; ++c) beam.z[c][i] = sigma[c] * (random.gaussian() + 0.2);
    beam.z[PX][i] -= 0.1 * beam.z[X][i];
    if (unequal) beam.charges[i] *= i % 5 == 4 ? 0.0 : random.uniform(0.1, 2);
  }
  return beam;
}

Line Case::line() const {
  Line line;
  std::vector<LocalMap> run;
  const auto flush = [&] {
    if (!run.empty()) line.addRun(run);
    run.clear();
  };
  for (const Element& element : elements) {
    if (element.kind == Element::Map) {
      run.push_back(element.map);
      continue;
    }
    flush();
    if (element.kind != Element::Kick) continue;
    KickSpec kick = element.kick;
    const Reference& reference = kick.reference;
    kick.reference = referenceAt(reference.gamma, reference.momentum, reference.chargeNumber);  // gamma may have been changed
    line.addKick(kick);
  }
  flush();
  return line;
}

Case Case::unrolled() const {
  Case one = *this;
  for (int t = 1; t < turns; ++t) {
    // A run that goes on from turn to turn would round its cotangents once, where two runs do it twice.
    if (precision == Precision::F32) one.elements.push_back(breakRun());
    one.elements.insert(one.elements.end(), elements.begin(), elements.end());
  }
  one.turns = 1;
  return one;
}

double& Case::parameter(int slot) {
  for (Element& e : elements) {
    const int slots = e.kind == Element::Kick ? kKickSlots : e.kind == Element::Map ? sumsOf(e.map) : 0;
    if (slot >= slots) {
      slot -= slots;
      continue;
    }
    if (e.kind == Element::Map) return coefficientsOf(e.map)[slot];
    if (slot == 0) return e.kick.effectLength;
    if (slot == 4) return e.kick.reference.gamma;
    return slot == 3 && e.kick.dimensions() == 2 ? e.kick.current : e.kick.extent[slot - 1];
  }
  throw std::out_of_range("no such slot");
}

namespace {

Case plain(const char* name, std::vector<Element> elements, std::int64_t particles, bool unequal = true) {
  Case c;
  c.name = name;
  c.elements = std::move(elements);
  c.beam = gaussianBeam(particles, 17, unequal);
  return c;
}

}  // namespace

std::vector<Case> planeCases() {
  const Element kick = kickInPlane(0.2, 300, {12, 15});
  Element fixed = kickInPlane(0.2, 250, {7, 6});
  fixed.kick.inSigmas = fixed.kick.centred = false;
  fixed.kick.extent[0] = 1.5e-3;
  fixed.kick.extent[1] = 1e-3;
  std::vector<Case> cases;
  cases.push_back(plain("long beam on 12x15", {drift(0.1), kick, quadrupoleOf(0.15, 6), drift(0.2)}, 1000));
  cases.push_back(plain("long beam, kicks of several grids", {kick, drift(0.1), fixed, drift(0.05), fixed, quadrupoleOf(0.1, -5), kickInPlane(0.1, 0, {5, 4})}, 3000));
  cases.push_back(plain("long beam and apertures", {drift(0.1), kick, ellipse(1.6e-3, 1.3e-3), drift(0.2), kick, drift(0.1)}, 1000));
  cases.push_back(plain("kicks in a plane and in space", {kick, kickInSigmas(0.1, {8, 8, 8}), drift(0.1), kick, kickInSigmas(0.1, {5, 9, 6})}, 1000));
  Case frozen = plain("long beam, a grid without gradient", {drift(0.1), kick, drift(0.1)}, 1000);
  frozen.elements[1].kick.differentiateGrid = false;
  cases.push_back(frozen);
  return cases;
}

std::vector<Case> smallCases() {
  const auto kick = kickInSigmas(0.2, {12, 14, 18});
  std::vector<Case> cases;
  cases.push_back(plain("drift, kick, quadrupole on 12x14x18", {drift(0.1), kick, quadrupoleOf(0.15, 6), drift(0.2)}, 1000));
  cases.push_back(plain("5000 particles, two kicks", {drift(0.1), kick, quadrupoleOf(0.1, -5), drift(0.05), kick, drift(0.1)}, 5000));
  cases.push_back(plain("exact drifts on 5x7x9", {exactDrift(0.3), kickInSigmas(0.2, {5, 7, 9}), exactDrift(0.1)}, 1000));
  cases.push_back(plain("fixed extents with losses on 4x5x6",
                        {drift(0.1), kickFixed(0.3, {4, 5, 6}, {1.2e-3, 1e-3, 2e-3}), drift(0.2), kickFixed(0.3, {4, 5, 6}, {1.2e-3, 1e-3, 2e-3})},
                        1000));
  cases.push_back(plain("adjacent kicks at both ends on 8x8x8 and 9x6x11",
                        {kickInSigmas(0.1, {8, 8, 8}), kickInSigmas(0.1, {9, 6, 11}), drift(0.1), kickInSigmas(0.2, {8, 8, 8}, 2.5),
                         kickInSigmas(0.1, {9, 6, 11})},
                        1000));
  cases.push_back(plain("a run of ten maps", {kick, drift(0.1), quadrupoleOf(0.1, 5), exactDrift(0.1), quadrupoleOf(0.1, -5), drift(0.1),
                                              drift(0), quadrupoleOf(0.05, 0), exactDrift(0.2), drift(0.1), quadrupoleOf(0.1, 3), kick},
                        1000));
  Case frozen = plain("a grid without gradient", {drift(0.1), kick, drift(0.1)}, 1000);
  frozen.elements[1].kick.differentiateGrid = false;
  cases.push_back(frozen);
  Case centred = plain("a grid in sigmas at the reference particle", {drift(0.1), kickInSigmas(0.2, {12, 14, 18}, 4), drift(0.1)}, 1000);
  centred.elements[1].kick.centred = false;
  cases.push_back(centred);
  for (std::int64_t particles : {1, 7, 8, 9}) {
    const Element fixed = kickFixed(0.1, {6, 6, 6}, {4e-3, 4e-3, 8e-3});
    cases.push_back(plain(("particles: " + std::to_string(particles)).c_str(), {drift(0.1), fixed, quadrupoleOf(0.1, 5), fixed}, particles, particles > 5));
  }
  // In the middle of runs, short and long, and all that there is of one.
  cases.push_back(plain("apertures between kicks",
                        {drift(0.1), rectangle(2e-3, 1.5e-3), quadrupoleOf(0.15, 6), kick, drift(0.1), quadrupoleOf(0.1, -5),
                         ellipse(1.7e-3, 1.3e-3), drift(0.1), exactDrift(0.1), drift(0.1), kick, quadrupoleOf(0.1, 4), drift(0.1)},
                        1000));
  const Element small = kickFixed(0.3, {6, 7, 8}, {1.2e-3, 1e-3, 3e-3});
  cases.push_back(plain("apertures alone, at both ends", {ellipse(2e-3, 2e-3), small, rectangle(1.4e-3, 1.2e-3), small, drift(0.1), ellipse(1.2e-3, 1.2e-3)}, 3000));
  Element slowKick = kickInSigmas(0.04, {16, 16, 16});
  slowKick.kick.reference = electronReference(2e6);
  const Element slowDrift = mapOf(driftMap(0.02, 2e6));
  cases.push_back(plain("low energy on 16x16x16", {slowDrift, slowKick, slowDrift}, 1000, false));
  // Behind an accelerating cavity the local energy is not the one that momenta are counted in.
  Element faster = kickInSigmas(0.3, {9, 8, 10});
  faster.kick.reference.gamma *= 1.7;
  cases.push_back(plain("lifts of every kind", {mapOf(liftMap(QuadraticLift<Sources::Momenta>{0.3, 0.02, 0.01, 0.2, -0.03, 0.4, 1e-5, 2e-5, -1e-5})),
                                                mapOf(rotationMap(0.4)), faster,
                                                mapOf(liftMap(QuadraticLift<Sources::Positions>{0.5, 0.1, -0.2, -0.3, 0.3, 0.1, 1e-5, -2e-5, 3e-5})),
                                                mapOf(multipoleMap(2, 20, -10)), mapOf(multipoleMap(0, 1e-4, 2e-4)), drift(0.1),
                                                mapOf(chromaticDriftMap(0.05)), mapOf(chromaticFocusingMap(0.1, 4, -3, 0.1)), mapOf(rfKickMap(1e-3, 0.5, 60)),
                                                mapOf(liftMap(QuadraticLift<Sources::Bend>{0.4, 0, 0.2, -0.1, 0.1, -0.05, 0, 1e-5, 2e-5})), faster,
                                                mapOf(rotationMap(-1.1))},
                        1000));
  for (Case& c : planeCases()) cases.push_back(std::move(c));
  return cases;
}

Case withApertures() {
  for (const Case& c : smallCases()) {
    if (c.line().apertures > 0) return c;
  }
  throw Failure("no case has apertures");
}

// --- running them -----------------------------------------------------------------------------------------

std::vector<double> weights(const Case& c, int coordinate) {
  Random random(100 + coordinate);
  std::vector<double> w(c.beam.particles());
  for (double& weight : w) weight = c.objective[coordinate] * random.gaussian();
  return w;
}

Demand demandOf(const Case& c, bool differentiate) {
  Demand demand;
  demand.losses = c.line().apertures > 0;
  demand.precision = c.precision;
  demand.particles = c.beam.particles();
  demand.differentiate = demand.energyBar = differentiate;
  demand.threads = c.threads;
  return demand;
}

void bindBeam(Engine& engine, const Beam& beam) {
  HostBeam host = {{}, beam.charges.data(), beam.particles()};
  for (int c = 0; c < kCoordinates; ++c) host.coordinates[c] = beam.z[c].data();
  engine.begin(host);
}

void begin(Engine& engine, const Case& c) {
  bindBeam(engine, c.beam);
  engine.setTurns(c.turns);
}

std::vector<Action> trackActions(const Case& c) {
  std::vector<Action> actions = {{Op::Load, 0, 0}};
  for (int s = 0; s < c.passes(); ++s) actions.push_back({Op::Forward, s, 0});
  return actions;
}

void perform(Engine& engine, const std::vector<Action>& actions) {
  const std::atomic<bool> abort{false};
  engine.execute(actions, abort, [](int) {});
  engine.settle();
}

int mismatchOf(Engine& engine, const std::vector<Action>& actions) {
  try {
    perform(engine, actions);
  } catch (const TrackingFault& fault) {
    expect(fault.fault.kind == FaultKind::StateMismatch, faultMessage(fault.fault));
    return fault.fault.step;
  }
  return -1;
}

State readState(Engine& engine) {
  State state;
  const std::int64_t particles = engine.host.beam.particles;
  for (int d = 0; d < kCoordinates; ++d) {
    state.z[d].resize(particles);
    engine.host.state[d] = state.z[d].data();
  }
  state.lost.resize(particles);
  perform(engine, {{Op::ReadState, 0, 0}});
  engine.readLosses(state.lost.data());
  return state;
}

double functional(const Case& c, std::vector<std::int32_t>* lost) {
  Engine engine(c.line(), demandOf(c, false), c.headroom);
  begin(engine, c);
  perform(engine, trackActions(c));
  const State state = readState(engine);
  if (lost) *lost = state.lost;
  long double sum = 0;
  for (int d = 0; d < kCoordinates; ++d) {
    const std::vector<double> w = weights(c, d);
    for (std::size_t i = 0; i < w.size(); ++i) sum += static_cast<long double>(w[i]) * state.z[d][i];
  }
  return static_cast<double>(sum);
}

namespace {

// Slots of Strategy::Tiers: the way out and the way back on device and host, a state per step on disk.
constexpr int kOut = 0, kBack = 1;
Action move(SlotRef::Kind from, int fromIndex, SlotRef::Kind to, int toIndex) {
  return {Op::Move, SlotRef::of(from, fromIndex).packed, SlotRef::of(to, toIndex).packed};
}
bool byHost(int step) { return step % 2 == 0; }

void storeOnDisk(int step, std::vector<Action>& actions) {
  actions.push_back({Op::StoreState, step, kOut});
  if (byHost(step)) actions.push_back(move(SlotRef::Device, kOut, SlotRef::Host, kOut));
  actions.push_back(move(byHost(step) ? SlotRef::Host : SlotRef::Device, kOut, SlotRef::Disk, step));
}

void restoreFromDisk(int step, std::vector<Action>& actions) {
  actions.push_back(move(SlotRef::Disk, step, byHost(step) ? SlotRef::Host : SlotRef::Device, kBack));
  if (byHost(step)) actions.push_back(move(SlotRef::Host, kBack, SlotRef::Device, kBack));
  actions.push_back({Op::Free, 0, SlotRef::of(SlotRef::Disk, step).packed});
  actions.push_back({Op::RestoreState, step, kBack});
}

int fieldSlot(const Line& line, const Step& step) { return step.turn * line.kicks + step.kickIndex; }

// Storing a state, or a potential, per step that has one.
void forwardActions(const Line& line, int passes, Strategy strategy, std::vector<Action>& actions) {
  for (int s = 0; s < passes; ++s) {
    const Step step = line.pass(s);
    if (strategy == Strategy::Store) actions.push_back({Op::StoreState, s, s});
    if (strategy == Strategy::Tiers) storeOnDisk(s, actions);
    actions.push_back({Op::Forward, s, 0});
    if (strategy == Strategy::Fields && step.isKick()) actions.push_back({Op::StoreField, s, fieldSlot(line, step)});
  }
}

void reverseActions(const Line& line, int passes, Strategy strategy, std::vector<Action>& actions) {
  for (int s = passes - 1; s >= 0; --s) {
    const Step step = line.pass(s);
    if (strategy == Strategy::Store) actions.push_back({Op::RestoreState, s, s});
    if (strategy == Strategy::Tiers) restoreFromDisk(s, actions);
    if (strategy == Strategy::Fields && step.isKick()) actions.push_back({Op::RestoreField, s, fieldSlot(line, step)});
    const bool fromInput = strategy == Strategy::Store || strategy == Strategy::Tiers;
    actions.push_back({fromInput ? Op::Adjoint : Op::Reverse, s, 0});
  }
}

void addSlots(const Line& line, int passes, Strategy strategy, Demand& demand) {
  const std::size_t state = stateSlotBytes(demand);
  if (strategy == Strategy::Tiers) {
    demand.deviceSlots = demand.hostSlots = {{0, state}, {state, state}};
    demand.diskSlots.assign(passes, static_cast<std::int64_t>(state));
  }
  for (int s = 0; s < passes; ++s) {
    const Step step = line.pass(s);
    if (strategy == Strategy::Store) addSlot(demand.deviceSlots, state);
    if (strategy == Strategy::Fields && step.isKick()) addSlot(demand.deviceSlots, fieldSlotBytes(demand, step.kick));
  }
}

}  // namespace

void addSlot(std::vector<SlotRange>& slots, std::size_t bytes) { slots.push_back({extentOf(slots), bytes}); }

namespace {

// A long beam's line charge is shared in proportion to the whole beam's charge, whose part in the gradient is the caller's.
void addTotalCharge(const Case& c, Result& result) {
  double total = 0, bar = 0;
  for (double q : c.beam.charges) total += q;
  const Line line = c.line();
  for (const Step& step : line.steps) {
    if (step.isKick() && step.kick.dimensions() == 2) bar -= step.kick.current * result.parameters[step.firstSum + 3] / total;
  }
  for (double& chargeBar : result.chargesBar) chargeBar += bar;
}

}  // namespace

Result gradientOf(const Case& c, Strategy strategy) {
  const Line line = c.line();
  const TemporaryFolder disk;
  Demand demand = demandOf(c, true);
  demand.diskFolder = disk.path();
  addSlots(line, c.passes(), strategy, demand);
  Engine engine(line, demand, c.headroom);
  begin(engine, c);
  Result result;
  std::vector<double> w[kCoordinates];
  for (int d = 0; d < kCoordinates; ++d) {
    result.adjoint[d].resize(c.beam.particles());
    w[d] = weights(c, d);
    engine.host.adjoint[d] = result.adjoint[d].data();
    engine.host.cotangent[d] = w[d].data();
  }
  result.chargesBar.resize(c.beam.particles());
  engine.host.chargesBar = result.chargesBar.data();

  std::vector<Action> actions = {{Op::Load, 0, 0}};
  forwardActions(line, c.passes(), strategy, actions);
  perform(engine, actions);
  result.state = readState(engine);
  actions = {{Op::ClearAdjoint, 0, 0}, {Op::AddCotangent, 0, 0}};
  reverseActions(line, c.passes(), strategy, actions);
  actions.push_back({Op::ReadAdjoint, 0, 0});
  perform(engine, actions);
  result.parameters.resize(line.sums);
  engine.readGradient(result.parameters.data());
  addTotalCharge(c, result);
  result.reports = engine.reports();
  return result;
}

void roundTrip(const Case& c, State& loaded, State& returned) {
  Engine engine(c.line(), demandOf(c, false), c.headroom);
  begin(engine, c);
  perform(engine, {{Op::Load, 0, 0}});
  loaded = readState(engine);
  std::vector<Action> actions = trackActions(c);
  for (int s = c.passes() - 1; s >= 0; --s) actions.push_back({Op::Inverse, s, 0});
  perform(engine, actions);
  returned = readState(engine);
}

// --- comparing --------------------------------------------------------------------------------------------

double deviation(const std::vector<double>& a, const std::vector<double>& b) {
  double difference = 0, largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!(std::fabs(a[i] - b[i]) <= difference)) difference = std::fabs(a[i] - b[i]);
    largest = std::fmax(largest, std::fabs(b[i]));
  }
  return difference == 0 ? 0 : difference / largest;
}

bool sameBits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), sizeof(double) * a.size()) == 0;
}

bool sameBits(const State& a, const State& b) {
  for (int d = 0; d < kCoordinates; ++d) {
    if (!sameBits(a.z[d], b.z[d])) return false;
  }
  return a.lost == b.lost;
}

std::string differingBits(const Result& a, const Result& b) {
  if (!sameBits(a.state, b.state)) return "the state";
  for (int d = 0; d < kCoordinates; ++d) {
    if (!sameBits(a.adjoint[d], b.adjoint[d])) return "adjoint " + std::to_string(d);
  }
  if (!sameBits(a.chargesBar, b.chargesBar)) return "adjoint of the charges";
  return sameBits(a.parameters, b.parameters) ? "" : "gradient by parameters";
}

}  // namespace unkick::testing
