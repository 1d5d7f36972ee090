// One program per set of back ends; see README.md.
#include <cstdio>

#include "backends.h"
#include "testing.h"
#include "tests.h"

// [part of the tests' names]
int main(int count, char** arguments) {
  using namespace unkick::testing;
  if (count > 1) runOnly(arguments[1]);
  if (!deviceUnavailable().empty()) {
    std::printf("skipped: %s\n", deviceUnavailable().c_str());
    return 0;
  }
  formulaTests();
  elementTests();
  nodalTests();
  planeFormulaTests();
  memoryPlanTests();
  transferTests();
  loadOrderTests();
  const std::vector<std::string> backends = usableBackends();
  for (const std::string& backend : backends) {
    for (auto precision : {unkick::Precision::F64, unkick::Precision::F32}) {
      backendTests(backend, precision);
      planeTests(backend, precision);
      tapeTests(backend, precision);
      tierTests(backend, precision);
      turnsTests(backend, precision);
#if defined(UNKICK_TEST_CUDA)
      if (backend != "CPU") {
        greenTests(backend, precision);
        convolutionTests(backend, precision);
      }
#endif
      if (backend == "CPU") threadsTests(backend, precision);
      if (backend != backends[0]) comparisonTests(backend, backends[0], precision);
    }
    precisionTests(backend);
  }
#if defined(UNKICK_EMULATION)
  emulationTests();
#endif
  return summary();
}
