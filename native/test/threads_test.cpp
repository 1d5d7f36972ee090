// The CPU back end on several threads: how it shares out a beam and its grids among them must not be seen.
#include "backends.h"
#include "cases.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

// Macroparticles lie in the order of their first tau. After so long a drift that says nothing any more: every thread's
// scatter reaches over all planes, and there is not memory for as many grids.
Case mixedBeam() {
  Case c;
  c.name = "a beam out of order";
  c.elements = {drift(20000), kickInSigmas(0.2, {8, 9, 10}), drift(0.1), kickFixed(0.2, {9, 8, 11}, {0.5, 0.5, 1e-2})};
  c.beam = gaussianBeam(6000, 23, true);
  c.headroom = 65536;
  return c;
}

void anyNumber(Case c) {
  for (Strategy strategy : {Strategy::Invert, Strategy::Store, Strategy::Fields}) {
    c.threads = 1;
    const Result want = gradientOf(c, strategy);
    for (int threads : {2, 3, 5, 8, 16}) {
      c.threads = threads;
      const std::string differing = differingBits(gradientOf(c, strategy), want);
      expect(differing.empty(), std::to_string(threads) + " threads: " + differing);
    }
  }
}

}  // namespace

void threadsTests(const std::string& backend, Precision precision) {
  const UseBackend use(backend, precision);
  std::vector<Case> cases = smallCases();
  cases.push_back(mixedBeam());
  for (const Case& c : cases) {
    test(backend + " " + precisionName(precision) + ": same bits on any number of threads: " + c.name, [&] { anyNumber(c); });
  }
}

}  // namespace unkick::testing
