// Two back ends on the same lines. They share formulas and rounding of the lifts; what differs in the last
// digits is the order of sums and the transforms.
#include <cmath>

#include "backends.h"
#include "cases.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

Result gradientOn(const std::string& backend, const Case& c) {
  const UseBackend use(backend, c.precision);
  return gradientOf(c);
}

void compare(const Case& c, const std::string& backend, const std::string& reference) {
  const Result got = gradientOn(backend, c), want = gradientOn(reference, c);
  double state = 0, adjoint = 0;
  if (c.beam.particles() == 1) {
    // It feels no field of its own: its charge's cotangent is rounding, and differs. By the charge's logarithm, measured 3e-20.
    for (const double bar : {got.chargesBar[0], want.chargesBar[0]}) expectWithin(std::fabs(bar * c.beam.charges[0]), 1e-18, "charge alone");
  } else {
    adjoint = deviation(got.chargesBar, want.chargesBar);
  }
  for (int d = 0; d < kCoordinates; ++d) {
    state = std::fmax(state, deviation(got.state.z[d], want.state.z[d]));
    adjoint = std::fmax(adjoint, deviation(got.adjoint[d], want.adjoint[d]));
  }
  expect(got.state.lost == want.state.lost, "both lose the same particles");
  // Measured with the emulation, in f64: 1.2e-13, which is one quantum (a coordinate is a multiple of 2^-43 or more
  // of the largest one), 6.3e-14, 2.0e-14 and 3.9e-14. A GPU's transforms round differently: a few quanta.
  // In f32: 1.1e-6 where space charge is strong, 2.2e-6, 1.2e-5 (a particle on the other side of a cell's face), 1.2e-6.
  const bool wide = c.precision == Precision::F64;
  expectWithin(state, wide ? 5e-12 : 1e-5, "coordinates");
  expectWithin(adjoint, wide ? 1e-10 : 1e-5, "adjoint");
  expectWithin(deviation(got.parameters, want.parameters), wide ? 1e-10 : 1e-4, "parameters");
  double report = 0;
  for (std::size_t k = 0; k < want.reports.size(); ++k) {
    for (int d = 0; d < 3; ++d) {
      report = std::fmax(report, std::fabs(got.reports[k].centre[d] - want.reports[k].centre[d]) / want.reports[k].half[d]);
      report = std::fmax(report, std::fabs(got.reports[k].half[d] / want.reports[k].half[d] - 1));
    }
    report = std::fmax(report, std::fabs(got.reports[k].outsideCharge - want.reports[k].outsideCharge) / 1e-9);
  }
  expectWithin(report, wide ? 1e-12 : 1e-8, "reports");  // measured 4.4e-16 and 5.8e-10
}

// Lifts round alike everywhere: after a run without collective effects the states agree to the bit.
std::uint64_t hashAfterRun(const std::string& name, const Case& c) {
  const UseBackend use(name, c.precision);
  const Line line = c.line();
  const std::unique_ptr<Backend> backend = createBackend(line, demandOf(c, false));
  HostBeam beam;
  for (int d = 0; d < kCoordinates; ++d) beam.coordinates[d] = c.beam.z[d].data();
  beam.charges = c.beam.charges.data();
  beam.particles = c.beam.particles();
  backend->load(beam, c.headroom);
  backend->run(line.steps[0], Direction::Forward, false);
  return backend->hashState() ^ backend->hashMemory(backend->arena().get<double>(RegionId::Coordinates), sizeof(double) * beam.particles);
}

void sameHash(const std::string& backend, const std::string& reference) {
  for (std::vector<Element> run : {std::vector<Element>{drift(0.1), quadrupoleOf(0.2, 5), exactDrift(0.3)},
                                   std::vector<Element>{drift(0.1), ellipse(1e-3, 1e-3), exactDrift(0.3)}}) {
    Case c = smallCases()[0];
    c.elements = std::move(run);
    expect(hashAfterRun(backend, c) == hashAfterRun(reference, c), "the hashes of the same bits are the same");
  }
}

}  // namespace

void comparisonTests(const std::string& name, const std::string& reference, Precision precision) {
  const UseBackend use(name, precision);  // also of the cases that follow
  const std::string backend = name + " " + precisionName(precision);
  test(backend + " against " + reference + ": hashes", [&] { sameHash(name, reference); });
  for (const Case& c : smallCases()) {
    if (c.beam.particles() == 1 && precision == Precision::F32) continue;  // alone it feels nothing: its charge's cotangent is rounding
    test(backend + " against " + reference + ": " + c.name, [&] { compare(c, name, reference); });
  }
}

}  // namespace unkick::testing
