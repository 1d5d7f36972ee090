// Compact storage against float64: how far results may be from it, what it cannot hold, and what it takes.
#include <cmath>

#include "backends.h"
#include "cases.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

void nearFloat64(const Case& wide) {
  Case compact = wide;
  compact.precision = Precision::F32;
  compact.headroom = 16;
  const Result got = gradientOf(compact), want = gradientOf(wide);
  double state = 0, adjoint = deviation(got.chargesBar, want.chargesBar);
  for (int d = 0; d < kCoordinates; ++d) {
    state = std::fmax(state, deviation(got.state.z[d], want.state.z[d]));
    adjoint = std::fmax(adjoint, deviation(got.adjoint[d], want.adjoint[d]));
  }
  expect(got.state.lost == want.state.lost, "the same particles are lost");
  // Measured 9.6e-7 where space charge is strong and 6e-8 elsewhere, 2.6e-6, 5.8e-5 (a particle on the other side of a
  // cell's face; 2.3e-6 elsewhere) and 1.4e-6.
  expectWithin(state, 1e-5, "coordinates");
  expectWithin(adjoint, 1e-5, "adjoint");
  expectWithin(deviation(got.parameters, want.parameters), 3e-4, "parameters");
}

// A coordinate of 2^31 quanta has no place in a 32-bit integer.
void rangeOnLoading() {
  Case c;
  c.precision = Precision::F32;
  c.elements = {drift(0.1)};
  c.beam = gaussianBeam(9, 3, false);
  c.beam.z[X][4] = -0.25;
  c.headroom = 1;
  try {
    functional(c);
  } catch (const TrackingFault& fault) {
    return expect(fault.fault.kind == FaultKind::CoordinateRange && fault.fault.particle == 4 && fault.fault.coordinate == X && fault.fault.excess >= 1,
                  faultMessage(fault.fault));
  }
  throw Failure("a coordinate out of range was loaded");
}

// The largest that has one comes back as it is, from either end.
void extremes() {
  Case c;
  c.precision = Precision::F32;
  c.elements = {breakRun()};
  c.beam = gaussianBeam(9, 3, false);
  const double quantum = std::ldexp(1, -33);
  c.beam.z[X][4] = 0.25 - quantum;
  c.beam.z[X][5] = quantum - 0.25;
  c.beam.z[X][6] = quantum;
  c.headroom = 1;
  State loaded, returned;
  roundTrip(c, loaded, returned);
  for (int i : {4, 5, 6}) expect(loaded.z[X][i] == c.beam.z[X][i], "loaded without rounding");
}

}  // namespace

void precisionTests(const std::string& backend) {
  const UseBackend use(backend);
  for (const Case& c : smallCases()) {
    if (c.beam.particles() == 1) continue;  // alone it feels nothing: its charge's cotangent is rounding
    test(backend + ": f32 against f64: " + c.name, [&] { nearFloat64(c); });
  }
  test(backend + " f32: a coordinate out of range on loading", rangeOnLoading);
  test(backend + " f32: the largest coordinates", extremes);
}

}  // namespace unkick::testing
