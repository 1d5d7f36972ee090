// Beams and lines to test on, and what a gradient of them gives.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "backends.h"
#include "engine/engine.h"
#include "maps.h"

namespace unkick::testing {

struct Element {
  enum Kind { Map, Kick, Break } kind;
  LocalMap map = {};
  KickSpec kick = {};
};
Element mapOf(const LocalMap& map);
Element drift(double length);
Element exactDrift(double length);
Element quadrupoleOf(double length, double k1);
Element kickInSigmas(double effectLength, std::array<int, 3> nodes, double sigmas = 3);
Element kickFixed(double effectLength, std::array<int, 3> nodes, std::array<double, 3> extent);
// A long beam's, with a grid in sigmas that follows it.
Element kickInPlane(double effectLength, double current, std::array<int, 2> nodes, double sigmas = 3);
Element rectangle(double halfX, double halfY);
Element ellipse(double halfX, double halfY);
// Ends a run: where a beam is looked at.
Element breakRun();

struct Beam {
  std::vector<double> z[kCoordinates];  // [particles]
  std::vector<double> charges;          // [particles] C
  std::int64_t particles() const { return static_cast<std::int64_t>(charges.size()); }
};
// Gaussian, off the axis, and correlated; charges differ and every fifth is zero where `unequal`.
Beam gaussianBeam(std::int64_t particles, std::uint64_t seed, bool unequal);

struct Case {
  std::string name;
  std::vector<Element> elements;
  Beam beam;
  Precision precision = usedPrecision();
  double headroom = precision == Precision::F64 ? 1024 : 16;
  int threads = 1;
  int turns = 1;  // how often the beam passes the line
  std::array<double, kCoordinates> objective = {1, 1, 1, 1, 1, 1};  // how much of each coordinate is in the functional

  Line line() const;
  int passes() const { return turns * static_cast<int>(line().steps.size()); }
  // The same turns as one long line that is passed once.
  Case unrolled() const;
  // The coefficient, or parameter of a kick, behind an entry of the gradient.
  double& parameter(int slot);
  int slots() const { return line().sums; }
};
// Long beams alone; among the small cases.
std::vector<Case> planeCases();
// Every kind of element and grid, several numbers of particles; some lose particles in apertures.
std::vector<Case> smallCases();
// One of them that loses particles.
Case withApertures();

struct State {
  std::vector<double> z[kCoordinates];  // [particles]
  std::vector<std::int32_t> lost;       // [particles] the aperture that took it, or kAlive
};

// Tiers: states of even steps go by way of the host to disk and back, those of odd steps straight.
enum class Strategy { Invert, Store, Fields, Tiers };

struct Result {
  State state;                                // after the line
  std::vector<double> adjoint[kCoordinates];  // of the functional below
  std::vector<double> chargesBar;
  std::vector<double> parameters;             // [slots]
  std::vector<KickReport> reports;
};

// The functional is w . state, with weights of order 1/coordinate.
std::vector<double> weights(const Case& c, int coordinate);
// lost: who was lost, if it is asked for.
double functional(const Case& c, std::vector<std::int32_t>* lost = nullptr);
Result gradientOf(const Case& c, Strategy strategy = Strategy::Invert);
// The state as loaded, and after all turns forward and back.
void roundTrip(const Case& c, State& loaded, State& returned);

// Runs actions on an engine; throws what they throw.
void perform(Engine& engine, const std::vector<Action>& actions);
Demand demandOf(const Case& c, bool differentiate);
void bindBeam(Engine& engine, const Beam& beam);
// Binds its beam, and says how often it passes the line.
void begin(Engine& engine, const Case& c);
// Load, and forward to the end of the last turn.
std::vector<Action> trackActions(const Case& c);
// Appends a slot behind the others.
void addSlot(std::vector<SlotRange>& slots, std::size_t bytes);
State readState(Engine& engine);
// Runs actions and returns the state that Verify did not find again, or -1.
int mismatchOf(Engine& engine, const std::vector<Action>& actions);

// Largest |a - b| over largest |b|; 0 where both are nothing.
double deviation(const std::vector<double>& a, const std::vector<double>& b);
bool sameBits(const std::vector<double>& a, const std::vector<double>& b);
bool sameBits(const State& a, const State& b);
// What differs first, or "".
std::string differingBits(const Result& a, const Result& b);

}  // namespace unkick::testing
