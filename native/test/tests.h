// The test groups, by file.
#pragma once

#include <string>
#include <vector>

#include "engine/precision.h"

namespace unkick::testing {

void formulaTests();
void elementTests();
void nodalTests();
void planeFormulaTests();
void memoryPlanTests();
// Everything that one back end must do by itself.
void backendTests(const std::string& backend, Precision precision);
// A long beam's kick on it, against textbook steps.
void planeTests(const std::string& backend, Precision precision);
// And what it keeps for later: hashes, states that come from elsewhere.
void tapeTests(const std::string& backend, Precision precision);
// Transfers between tiers, by themselves and on a back end; and what can go wrong there.
void loadOrderTests();
void transferTests();
void tierTests(const std::string& backend, Precision precision);
// Beams that pass a line several times.
void turnsTests(const std::string& backend, Precision precision);
// The CPU on any number of threads.
void threadsTests(const std::string& backend, Precision precision);
// Two back ends on the same lines.
void comparisonTests(const std::string& backend, const std::string& reference, Precision precision);
// Green function and cosine transforms of the CUDA back end.
void greenTests(const std::string& backend, Precision precision);
// Its convolution and correlation.
void convolutionTests(const std::string& backend, Precision precision);
// Compact storage against float64, and what it cannot hold.
void precisionTests(const std::string& backend);
// The emulation itself, and what only it can find out about the kernels.
void emulationTests();

}  // namespace unkick::testing
