// A beam line as the back ends see it: a flat list of steps, each a run of local maps that is fused into
// one pass over the macroparticles, or one collective kick.
#pragma once

#include <vector>

#include "../physics/kick_geometry.h"
#include "../physics/local_map.h"

namespace unkick {

enum class StepKind {
  Run,
  Kick,
  Custom,  // done by the caller between actions
};

struct Step {
  StepKind kind;
  int index;      // of this step in the line; of a pass of it, counted on from turn to turn
  int firstMap;   // run: maps [firstMap, firstMap + mapCount) of the line
  int mapCount;
  int firstSum;   // where this step's raw sums start in the line's sum array
  int sumCount;
  int firstSlot;  // where its parameter gradients start
  KickSpec kick;
  int kickIndex;  // counts kicks along the line
  int turn;       // how often the line was passed before

  bool isKick() const { return kind == StepKind::Kick; }
};

// A kick's entry in the sum array: effectLength, extents x, y, z, gamma.
constexpr int kKickSlots = 4;
constexpr int kKickResults = kKickSlots + 1;

struct Line {
  Reference reference;
  std::vector<LocalMap> maps;
  std::vector<Step> steps;
  int sums = 0;   // length of the raw sum array
  int slots = 0;  // length of the parameter gradient
  int kicks = 0;
  int apertures = 0;

  void addRun(const std::vector<LocalMap>& run);
  void addKick(const KickSpec& kick);
  void addCustom();

  bool empty() const { return steps.empty(); }
  // Pass number `index` of a beam that goes through the line again and again.
  Step pass(int index) const;
  // What the line's first aperture is called on this turn: the same aperture takes other particles on another.
  std::int32_t firstLoss(const Step& step) const { return step.turn * apertures; }
  int mostSumsInRun() const;
};

// Length of one map's part of the raw sums.
int sumsOf(const LocalMap& map);

// From the raw sums over particles to d/d(parameter) per slot and d/d(gamma0).
// sums: [line.sums], gradient: [line.slots].
void parameterGradient(const Line& line, const double* sums, double* gradient, double& gammaBar);

}  // namespace unkick
