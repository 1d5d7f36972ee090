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
  int firstSum;   // where this step's part of the line's gradient starts
  int sumCount;
  KickSpec kick;
  int kickIndex;  // counts kicks along the line
  int turn;       // how often the line was passed before

  bool isKick() const { return kind == StepKind::Kick; }
};

// A kick's entry in the gradient: effectLength, extents x, y, z, gamma; a long beam's has its current in the place of extent z.
// A map's is one by each coefficient.
constexpr int kKickSlots = 5;

struct Line {
  std::vector<LocalMap> maps;
  std::vector<Step> steps;
  int sums = 0;   // length of the gradient: sums over particles
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

// Length of one map's part of the gradient.
int sumsOf(const LocalMap& map);

// Whether two lines differ in numbers only: the same memory, plans and schedules serve both.
bool sameShape(const Line& a, const Line& b);

}  // namespace unkick
