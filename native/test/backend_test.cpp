// What a back end must do by itself: exact inverses, the same bits whatever the strategy, gradients that
// finite differences confirm, faults that are named, moments, and memory to the byte.
#include <algorithm>
#include <cmath>

#include "backends.h"
#include "cases.h"
#include "random.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

void exactInverse(const Case& from) {
  Case c = from;
  c.turns = 3;
  State loaded, returned;
  roundTrip(c, loaded, returned);
  for (int d = 0; d < kCoordinates; ++d) {
    expect(sameBits(loaded.z[d], returned.z[d]), "coordinate " + std::to_string(d) + " comes back to the bit");
  }
  expect(loaded.lost == returned.lost, "and whoever was lost");
}

void sameForAllStrategies(const Case& c) {
  const Result invert = gradientOf(c, Strategy::Invert);
  const auto compare = [&](const std::string& name, Strategy strategy) {
    const std::string differs = differingBits(gradientOf(c, strategy), invert);
    expect(differs.empty(), name + " gives the same bits, not so in " + differs);
  };
  compare("a second run", Strategy::Invert);
  compare("'store'", Strategy::Store);
  compare("'fields'", Strategy::Fields);
  compare("'tiers'", Strategy::Tiers);
}

// --- finite differences -----------------------------------------------------------------------------------

// The functional of a case with the survivors of another: what an edge takes or leaves is no derivative.
double functionalOf(const Case& c, const std::vector<std::int32_t>& lost) {
  std::vector<std::int32_t> changed;
  const double value = functional(c, &changed);
  expect(changed == lost, "no particle crosses the edge of an aperture");
  return value;
}

// d/dt of the functional at t = 0, by Richardson's extrapolation of central differences.
template <class Change>
double derivative(const Case& c, double h, Change&& change) {
  std::vector<std::int32_t> lost;
  functional(c, &lost);
  const auto central = [&](double step) {
    Case up = c, down = c;
    change(up, step);
    change(down, -step);
    return (functionalOf(up, lost) - functionalOf(down, lost)) / (2 * step);
  };
  return (4 * central(h) - central(2 * h)) / 3;
}

// So small that hardly a particle crosses a cell's face, where the derivative jumps; a fine quantum leaves
// differences their digits.
constexpr double kStep = 3e-7;
Case forDifferences(const Case& from) {
  Case c = from;
  c.headroom = 8;
  return c;
}

void differenceByBeam(const Case& from) {
  const Case c = forDifferences(from);
  const Result result = gradientOf(c);
  Random random(8);
  std::vector<double> direction[kCoordinates + 1];
  constexpr double scale[kCoordinates] = {1e-3, 2e-4, 0.7e-3, 3e-4, 1.5e-3, 1e-3};
  double expected = 0, size = 0;
  for (int d = 0; d <= kCoordinates; ++d) {
    for (std::int64_t i = 0; i < c.beam.particles(); ++i) {
      direction[d].push_back(random.gaussian() * (d < kCoordinates ? scale[d] : c.beam.charges[i]));
      const double bar = d < kCoordinates ? result.adjoint[d][i] : result.chargesBar[i];
      expected += bar * direction[d][i];
      size += std::fabs(bar * direction[d][i]);
    }
  }
  const double got = derivative(c, kStep, [&](Case& changed, double t) {
    for (std::int64_t i = 0; i < c.beam.particles(); ++i) {
      for (int d = 0; d < kCoordinates; ++d) changed.beam.z[d][i] += t * direction[d][i];
      changed.beam.charges[i] += t * direction[kCoordinates][i];
    }
  });
  expectWithin(std::fabs(got - expected) / size, 5e-8, "beam");  // measured 5.8e-9
}

void differenceByParameters(const Case& from) {
  const Case c = forDifferences(from);
  const Result result = gradientOf(c);
  double worst = 0, largest = 0;
  std::vector<double> terms;
  for (int slot = 0; slot < c.slots(); ++slot) {
    Case changed = c;
    const double at = changed.parameter(slot);
    const double scale = at != 0 ? std::fabs(at) : 1.0;
    const double got = derivative(c, kStep, [&](Case& by, double t) { by.parameter(slot) += t * scale; });
    terms.push_back(got - result.parameters[slot] * scale);
    largest = std::fmax(largest, std::fabs(got));
  }
  for (double term : terms) worst = std::fmax(worst, std::fabs(term));
  expectWithin(worst / largest, 1e-5, "parameters");  // measured 1.9e-6, what differences leave of the digits
}

void losesParticles(const Case& c) {
  const int apertures = c.line().apertures;
  std::vector<std::int32_t> lost;
  functional(c, &lost);
  for (int a = 0; a < apertures; ++a) expect(std::count(lost.begin(), lost.end(), a) > 0, "every aperture takes some");
  const std::int64_t alive = std::count(lost.begin(), lost.end(), kAlive);
  expect(2 * alive > c.beam.particles() && (apertures == 0) == (alive == c.beam.particles()), "and most live");
}

void lostWhole() {
  Case c = smallCases()[0];
  const Element fixed = kickFixed(0.3, {6, 7, 8}, {3e-3, 3e-3, 6e-3});
  c.elements = {drift(0.1), fixed, rectangle(1e-9, 1e-9), fixed, drift(0.1)};
  const Result result = gradientOf(c);
  expect(std::count(result.state.lost.begin(), result.state.lost.end(), 0) == c.beam.particles(), "all are lost");
  // What comes after moves nothing: the rest of the line alone has the same derivative.
  c.elements.resize(2);
  const Result before = gradientOf(c);
  for (int d = 0; d < kCoordinates; ++d) expect(sameBits(result.adjoint[d], before.adjoint[d]), "the lost keep their cotangents");
  expect(sameBits(result.chargesBar, before.chargesBar), "their charges too");
}

// A charge of -0 is a charge of 0.
void minusZero() {
  Case c = smallCases()[1];
  const Result want = gradientOf(c);
  for (double& q : c.beam.charges) q = q == 0 ? -0.0 : q;
  expect(differingBits(gradientOf(c), want).empty(), "a probe without charge has the same cotangents");
}

bool frozen(const Case& c) {
  return std::any_of(c.elements.begin(), c.elements.end(), [](const Element& e) { return e.kind == Element::Kick && !e.kick.differentiateGrid; });
}

void frozenGrid() {
  Case c = smallCases()[0];
  KickSpec& kick = c.elements[1].kick;
  kick.centred = kick.differentiateGrid = false;
  const Result got = gradientOf(c);
  kick.inSigmas = false;
  std::copy(got.reports[0].half, got.reports[0].half + 3, kick.extent);
  const Result want = gradientOf(c);
  double worst = deviation(got.chargesBar, want.chargesBar);
  for (int d = 0; d < kCoordinates; ++d) worst = std::fmax(worst, deviation(got.adjoint[d], want.adjoint[d]));
  expect(worst == 0, "the adjoints are the same");
  expect(got.parameters[2] == want.parameters[2] && got.parameters[3] == 0, "and so is the gradient by the kick's length, but not by the extents");
}

// --- faults -----------------------------------------------------------------------------------------------

Fault faultOf(const Case& c) {
  try {
    functional(c);
  } catch (const TrackingFault& fault) {
    return fault.fault;
  }
  throw Failure("no fault was reported");
}

void rangeFaults() {
  Case c = smallCases()[0];
  c.beam = gaussianBeam(1000, 17, false);
  // Large momenta, in particles 700 and 310; the second drift takes x beyond its range.
  c.beam.z[PX][700] = c.beam.z[PX][310] = 0.5;
  c.elements = {drift(0.001), breakRun(), drift(10)};
  c.headroom = 16;
  const Fault fault = faultOf(c);
  expect(fault.kind == FaultKind::CoordinateRange && fault.step == 1 && fault.particle == 310 && fault.coordinate == X,
         "the lowest particle, its coordinate and the step are named: " + faultMessage(fault));
  expect(fault.excess >= 2 && std::isfinite(fault.excess), "the excess is told");
  c.headroom = 16 * std::exp2(std::ceil(std::log2(fault.excess)) + 1);
  functional(c);  // with that headroom it is tracked
}

// A particle that an aperture takes cannot break its range after it.
void rangeFaultPastAperture() {
  Case c = smallCases()[0];
  c.beam = gaussianBeam(8, 17, false);
  for (int i = 0; i < 8; ++i) c.beam.z[TAU][i] = i * 1e-3;  // they lie in this order on the device
  c.beam.z[PX][2] = c.beam.z[PX][6] = 0.5;
  c.beam.z[X][2] = 0.05;
  c.elements = {drift(0.001), rectangle(0.02, 0.02), drift(10)};
  c.headroom = 16;
  const Fault fault = faultOf(c);
  expect(fault.particle == 6 && fault.coordinate == X, "the one that is still there is named: " + faultMessage(fault));
}

void notANumber() {
  Case c = smallCases()[0];
  c.elements = {drift(0.01), exactDrift(1), breakRun(), drift(0.1)};
  c.beam.z[PX][5] = 1.5;  // more than the whole momentum
  const Fault fault = faultOf(c);
  expect(fault.kind == FaultKind::CoordinateRange && fault.step == 0 && fault.particle == 5 && std::isnan(fault.excess),
         "a momentum that is impossible is named, in the step where it is: " + faultMessage(fault));
}

void rangeFaultInKick() {
  Case c = smallCases()[0];
  c.beam = gaussianBeam(1000, 17, false);
  for (double& q : c.beam.charges) q *= 1e6;
  c.headroom = 2;
  const Fault fault = faultOf(c);
  expect(fault.kind == FaultKind::CoordinateRange && fault.step == 1 && (fault.coordinate == PX || fault.coordinate == PY || fault.coordinate == P),
         "a kick that is too strong is named: " + faultMessage(fault));
}

void collapsedExtent() {
  Case c = smallCases()[0];
  for (double& y : c.beam.z[Y]) y = 1e-3;
  for (double& py : c.beam.z[PY]) py = 0;
  const Fault fault = faultOf(c);
  expect(fault.kind == FaultKind::CollapsedExtent && fault.step == 1 && fault.coordinate == 1, "the axis and the kick are named: " + faultMessage(fault));
}

void usableAfterFault() {
  Case c = smallCases()[0];
  Engine engine(c.line(), demandOf(c, false), c.headroom);
  Beam bad = c.beam;
  for (double& x : bad.z[X]) x = 0;
  for (double& px : bad.z[PX]) px = 0;
  const std::vector<Action> actions = {{Op::Load, 0, 0}, {Op::Forward, 0, 0}, {Op::Forward, 1, 0}, {Op::Forward, 2, 0}};
  bindBeam(engine, bad);
  expectThrow<TrackingFault>([&] { perform(engine, actions); }, "no extent");
  bindBeam(engine, c.beam);
  perform(engine, actions);
}

// --- observations -----------------------------------------------------------------------------------------

struct Moments {
  double charge = 0, mean[kCoordinates] = {}, covariance[kCoordinates][kCoordinates] = {};
};

Moments momentsOf(const Beam& beam) {
  long double charge = 0, mean[kCoordinates] = {}, covariance[kCoordinates][kCoordinates] = {};
  for (std::int64_t i = 0; i < beam.particles(); ++i) {
    charge += beam.charges[i];
    for (int c = 0; c < kCoordinates; ++c) mean[c] += static_cast<long double>(beam.charges[i]) * beam.z[c][i];
  }
  Moments m;
  m.charge = static_cast<double>(charge);
  for (int c = 0; c < kCoordinates; ++c) m.mean[c] = static_cast<double>(mean[c] /= charge);
  for (std::int64_t i = 0; i < beam.particles(); ++i) {
    for (int a = 0; a < kCoordinates; ++a) {
      for (int b = 0; b < kCoordinates; ++b) {
        covariance[a][b] += beam.charges[i] * (beam.z[a][i] - mean[a]) * (beam.z[b][i] - mean[b]);
      }
    }
  }
  for (int a = 0; a < kCoordinates; ++a) {
    for (int b = 0; b < kCoordinates; ++b) m.covariance[a][b] = static_cast<double>(covariance[a][b] / charge);
  }
  return m;
}

void observes() {
  Case c = smallCases()[1];
  Demand demand = demandOf(c, true);
  demand.observations = 2;
  Engine engine(c.line(), demand, c.headroom);
  bindBeam(engine, c.beam);
  perform(engine, {{Op::Load, 0, 0}, {Op::Observe, 0, 1}});
  double seen[kObservation];
  engine.readObservation(1, seen);
  const Moments want = momentsOf(c.beam);
  double worst = std::fabs(seen[0] - want.charge) / want.charge;
  const double* lower = seen + 1 + kCoordinates;
  for (int a = 0; a < kCoordinates; ++a) {
    const double sigma = std::sqrt(want.covariance[a][a]);
    worst = std::fmax(worst, std::fabs(seen[1 + a] - want.mean[a]) / sigma);
    for (int b = 0; b <= a; ++b) {
      worst = std::fmax(worst, std::fabs(*lower++ - want.covariance[a][b]) / (sigma * std::sqrt(want.covariance[b][b])));
    }
  }
  expectWithin(worst, c.precision == Precision::F64 ? 5e-13 : 2e-8, "moments");  // measured 3.5e-14 and 1.5e-9: coordinates are snapped
}

// A functional of the moments: its cotangent on the particles against differences of the moments themselves.
void injects() {
  Case c = smallCases()[1];
  Demand demand = demandOf(c, true);
  demand.observations = 1;
  Engine engine(c.line(), demand, c.headroom);
  bindBeam(engine, c.beam);
  Random random(9);
  double meanBar[kCoordinates], covarianceBar[kCoordinates * kCoordinates];
  for (double& bar : meanBar) bar = random.gaussian();
  for (double& bar : covarianceBar) bar = 1e3 * random.gaussian();
  std::vector<double> adjoint[kCoordinates], chargesBar(c.beam.particles());
  for (int d = 0; d < kCoordinates; ++d) {
    adjoint[d].resize(c.beam.particles());
    engine.host.adjoint[d] = adjoint[d].data();
  }
  engine.host.chargesBar = chargesBar.data();
  perform(engine, {{Op::Load, 0, 0}, {Op::Observe, 0, 0}});
  engine.setMomentCotangent(0, meanBar, covarianceBar);
  perform(engine, {{Op::ClearAdjoint, 0, 0}, {Op::Inject, 0, 0}, {Op::ReadAdjoint, 0, 0}});

  const auto value = [&](const Beam& beam) {
    const Moments m = momentsOf(beam);
    double sum = 0;
    for (int a = 0; a < kCoordinates; ++a) {
      sum += meanBar[a] * m.mean[a];
      for (int b = 0; b < kCoordinates; ++b) sum += covarianceBar[a * kCoordinates + b] * m.covariance[a][b];
    }
    return sum;
  };
  double worst = 0;
  for (std::int64_t i : {std::int64_t(0), std::int64_t(4), c.beam.particles() - 1}) {
    for (int d = 0; d <= kCoordinates; ++d) {
      Beam up = c.beam, down = c.beam;
      std::vector<double>& changedUp = d < kCoordinates ? up.z[d] : up.charges;
      std::vector<double>& changedDown = d < kCoordinates ? down.z[d] : down.charges;
      const double h = d < kCoordinates ? 1e-5 : c.beam.charges[0];
      changedUp[i] += h;
      changedDown[i] -= h;
      const double difference = (value(up) - value(down)) / (2 * h);
      const double bar = d < kCoordinates ? adjoint[d][i] : chargesBar[i];
      const double scale = d < kCoordinates ? 1e-3 : 1e9;
      worst = std::fmax(worst, std::fabs(bar - difference) / scale);
    }
  }
  expectWithin(worst, c.precision == Precision::F64 ? 1e-8 : 2e-7, "cotangent");  // measured 3.4e-10 and 2.2e-8
}

void abortsBetweenActions() {
  Case c = smallCases()[0];
  Engine engine(c.line(), demandOf(c, true), c.headroom);
  bindBeam(engine, c.beam);
  std::atomic<bool> abort{false};
  int done = 0;
  const bool finished = engine.execute({{Op::Load, 0, 0}, {Op::Forward, 0, 0}, {Op::Forward, 1, 0}}, abort, [&](int n) {
    done = n;
    abort = n == 2;
  });
  expect(!finished && done == 2, "it stops between two actions");
}

}  // namespace

void backendTests(const std::string& name, Precision precision) {
  const UseBackend use(name, precision);
  const std::string backend = name + " " + precisionName(precision);
  const auto each = [&](const std::string& what, void (*body)(const Case&)) {
    for (const Case& c : smallCases()) test(backend + ": " + what + ": " + c.name, [&] { body(c); });
  };
  each("exact inverse", exactInverse);
  each("losses", losesParticles);
  test(backend + ": a beam that is lost whole", lostWhole);
  test(backend + ": a charge of minus zero", minusZero);
  each("invert, store, fields and tiers give the same bits", sameForAllStrategies);
  for (const Case& c : smallCases()) {
    if (precision == Precision::F32) break;  // quanta too coarse for differences: precisionTests hold it against float64
    if (frozen(c)) continue;                 // its gradient leaves out what differences see
    test(backend + ": gradient by the beam against differences: " + c.name, [&] { differenceByBeam(c); });
    test(backend + ": gradient by parameters against differences: " + c.name, [&] { differenceByParameters(c); });
  }
  // Cotangents are scattered in units of the largest of each: one that is overlooked is rounded away, or too large to count.
  for (int momentum : {PX, PY, P}) {
    if (precision == Precision::F32) break;
    Case alone = smallCases()[0];
    alone.objective = {};
    alone.objective[momentum] = 1;
    test(backend + ": gradient of coordinate " + std::to_string(momentum) + " alone against differences", [&] { differenceByBeam(alone); });
  }
  test(backend + ": a grid without gradient is one of fixed extents", frozenGrid);
  test(backend + ": a coordinate out of range", rangeFaults);
  test(backend + ": a coordinate out of range past an aperture", rangeFaultPastAperture);
  test(backend + ": a coordinate that is no number", notANumber);
  test(backend + ": a momentum out of range in a kick", rangeFaultInKick);
  test(backend + ": a beam without extent", collapsedExtent);
  test(backend + ": an engine is usable after a fault", usableAfterFault);
  test(backend + ": moments", observes);
  test(backend + ": cotangents of moments", injects);
  test(backend + ": abort", abortsBetweenActions);
}

}  // namespace unkick::testing
