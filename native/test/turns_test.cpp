// A beam that passes a line again and again, against the same turns as one long line. Whatever the engine keeps
// of a step must be that of the right turn.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "backends.h"
#include "cases.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

Case ring(const char* name, std::vector<Element> elements, int turns, std::int64_t particles = 1000) {
  Case c;
  c.name = name;
  c.elements = std::move(elements);
  c.beam = gaussianBeam(particles, 17, true);
  c.turns = turns;
  return c;
}

// One kick, so that whatever is at hand of it is of another turn; with runs at none, one and both of its sides.
std::vector<Case> rings() {
  const Element kick = kickInSigmas(0.2, {8, 9, 10});
  const Element fixed = kickFixed(0.3, {6, 7, 8}, {3e-3, 3e-3, 8e-3});
  return {ring("a kick alone", {kick}, 3),
          ring("one kick at the end", {drift(0.1), quadrupoleOf(0.1, 4), kick}, 4),
          ring("one kick between drifts", {drift(0.1), kick, drift(0.15)}, 3),
          ring("one kick of fixed extents", {drift(0.2), fixed, quadrupoleOf(0.1, -4)}, 3),
          ring("two kicks that share a Green function", {fixed, drift(0.2), fixed, drift(0.1)}, 3),
          ring("apertures that take particles on every turn",
               {drift(1.2), ellipse(3e-3, 2.6e-3), kick, drift(1.4), rectangle(2.7e-3, 2.6e-3), drift(0.4)}, 3)};
}

// Sums over turns: of a line that is unrolled, the parameters of one turn behind those of another.
std::vector<double> overTurns(const std::vector<double>& unrolled, int turns) {
  const std::size_t slots = unrolled.size() / turns;
  std::vector<double> sum(slots, 0.0);
  for (int t = turns - 1; t >= 0; --t) {
    for (std::size_t s = 0; s < slots; ++s) sum[s] += unrolled[t * slots + s];
  }
  return sum;
}

bool sameReports(const KickReport* a, const KickReport* b, std::size_t count) {
  return count == 0 || std::memcmp(a, b, count * sizeof(KickReport)) == 0;
}

void likeOneLongLine(const Case& c) {
  Result want = gradientOf(c.unrolled());
  const std::size_t kicks = c.line().kicks;
  const std::vector<double> parameters = overTurns(want.parameters, c.turns);
  for (Strategy strategy : {Strategy::Invert, Strategy::Store, Strategy::Fields, Strategy::Tiers}) {
    const Result got = gradientOf(c, strategy);
    // Sums over turns are rounded in another order. Measured 1.2e-16 and 3.3e-16.
    expectWithin(deviation(got.parameters, parameters), 1e-15, "parameters");
    Result exact = got;
    exact.parameters = want.parameters;
    const std::string differs = differingBits(exact, want);
    expect(differs.empty(), "the same bits as of one long line, not so in " + differs);
    expect(sameReports(got.reports.data(), want.reports.data() + want.reports.size() - kicks, kicks), "the last turn's reports");
  }
}

void losesOnEveryTurn() {
  const Case c = rings().back();
  std::vector<std::int32_t> lost;
  functional(c, &lost);
  const int apertures = c.line().apertures;
  for (int a = 0; a < apertures * c.turns; ++a) {
    expect(std::count(lost.begin(), lost.end(), a) > 0, "aperture " + std::to_string(a % apertures) + " takes some on turn " + std::to_string(a / apertures));
  }
  expect(2 * std::count(lost.begin(), lost.end(), kAlive) > c.beam.particles(), "and most live");
}

void manyTurns() {
  Case c = ring("", {drift(0.05), quadrupoleOf(0.1, 5), drift(0.1), kickInSigmas(0.3, {8, 8, 8}), quadrupoleOf(0.1, -5), drift(0.05),
                     ellipse(5e-3, 5e-3)},
                1000, 200);
  State loaded, returned;
  roundTrip(c, loaded, returned);
  expect(sameBits(loaded, returned), "no bit flips in a thousand turns and back");
  std::vector<std::int32_t> lost;
  functional(c, &lost);
  const auto taken = std::minmax_element(lost.begin(), lost.end(), [](std::int32_t a, std::int32_t b) { return a % kAlive < b % kAlive; });
  expect(*taken.second >= 10, "while particles are lost late as well");
}

void verifiesTurns() {
  const Case c = rings().back();
  Engine engine(c.line(), demandOf(c, false), c.headroom);
  begin(engine, c);
  std::vector<Action> actions = {{Op::Load, 0, 0}};
  for (int s = 0; s < c.passes(); ++s) {
    actions.push_back({Op::Record, s, 0});
    actions.push_back({Op::Forward, s, 0});
  }
  for (int s = c.passes() - 1; s >= 0; --s) {
    actions.push_back({Op::Inverse, s, 0});
    actions.push_back({Op::Verify, s, 0});
  }
  perform(engine, actions);
  const int second = c.passes() / c.turns;
  try {
    perform(engine, {{Op::Verify, second, 0}});
  } catch (const TrackingFault& fault) {
    expect(fault.fault.kind == FaultKind::StateMismatch && fault.fault.step == second, faultMessage(fault.fault));
    expectThrow<std::invalid_argument>([&] { perform(engine, {{Op::Verify, c.passes(), 0}}); }, "no such state was recorded");
    return;
  }
  throw Failure("the beam of the first turn passed for that of the second");
}

void reportsLastTurn() {
  const Case c = rings()[1];
  const std::size_t kicks = c.line().kicks;
  Engine engine(c.line(), demandOf(c, false), c.headroom);
  begin(engine, c);
  perform(engine, trackActions(c));
  const std::vector<KickReport> last = engine.reports();
  Case once = c;
  once.turns = 1;
  perform(engine, trackActions(once));
  expect(sameReports(engine.reports().data(), last.data(), kicks), "a turn that is done again says nothing new");
  begin(engine, once);
  perform(engine, trackActions(once));
  expect(!sameReports(engine.reports().data(), last.data(), kicks), "another run does");
}

void namesTheTurn() {
  Case c = ring("", {drift(0.001), breakRun(), drift(2)}, 20);
  c.beam.z[PX][310] = 0.5;
  c.headroom = 16;
  try {
    functional(c);
  } catch (const TrackingFault& fault) {
    // |x| = 0.5·2.001 m on each turn.
    const double bound = std::exp2(std::ceil(std::log2(16 * *std::max_element(c.beam.z[X].begin(), c.beam.z[X].end()))));
    const int turn = static_cast<int>(std::ceil(bound / 1.0005)) - 1;
    expect(fault.fault.particle == 310 && fault.fault.step / 2 == turn && fault.fault.step % 2 == 1, faultMessage(fault.fault));
    return;
  }
  throw Failure("no fault was reported");
}

void refusesTurns() {
  const Case c = rings()[1];
  Engine engine(c.line(), demandOf(c, false), c.headroom);
  begin(engine, c);
  expectThrow<std::invalid_argument>([&] { engine.setTurns(0); }, "cannot be numbered");
  expectThrow<std::invalid_argument>([&] { engine.setTurns(std::int64_t(1) << 30); }, "cannot be numbered");
  perform(engine, {{Op::Load, 0, 0}, {Op::Forward, 0, 0}});
  expectThrow<std::invalid_argument>([&] { perform(engine, {{Op::Forward, c.passes(), 0}}); }, "not in the line");
  expectThrow<std::invalid_argument>([&] { perform(engine, {{Op::Record, c.passes() + 1, 0}}); }, "no such state");
}

}  // namespace

void turnsTests(const std::string& name, Precision precision) {
  const UseBackend use(name, precision);
  const std::string backend = name + " " + precisionName(precision);
  for (const Case& c : rings()) test(backend + ": turns like one long line: " + c.name, [&] { likeOneLongLine(c); });
  test(backend + ": turns: losses", losesOnEveryTurn);
  test(backend + ": turns: a thousand, and back", manyTurns);
  test(backend + ": turns: hashes of the states", verifiesTurns);
  test(backend + ": turns: the last turn is reported", reportsLastTurn);
  test(backend + ": turns: a fault names its turn", namesTheTurn);
  test(backend + ": turns: what cannot be numbered is refused", refusesTurns);
}

}  // namespace unkick::testing
