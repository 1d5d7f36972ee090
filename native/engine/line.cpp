#include "line.h"

#include <algorithm>

namespace unkick {

int sumsOf(const LocalMap& map) {
  int n = 0;
  visit(map, [&](const auto& m) { n = std::decay_t<decltype(m)>::coefficients; });
  return n;
}

void Line::addRun(const std::vector<LocalMap>& run) {
  Step step = {};
  step.kind = StepKind::Run;
  step.index = static_cast<int>(steps.size());
  step.firstMap = static_cast<int>(maps.size());
  step.mapCount = static_cast<int>(run.size());
  step.firstSum = sums;
  for (LocalMap map : run) {
    step.sumCount += sumsOf(map);
    if (map.kind == MapKind::Aperture) map.aperture.index = apertures++;
    maps.push_back(map);
  }
  sums += step.sumCount;
  steps.push_back(step);
}

void Line::addKick(const KickSpec& kick) {
  Step step = {};
  step.kind = StepKind::Kick;
  step.index = static_cast<int>(steps.size());
  step.firstSum = sums;
  step.sumCount = kKickSlots;
  step.kick = kick;
  step.kickIndex = kicks++;
  sums += kKickSlots;
  steps.push_back(step);
}

void Line::addCustom() {
  Step step = {};
  step.kind = StepKind::Custom;
  step.index = static_cast<int>(steps.size());
  step.firstSum = sums;
  steps.push_back(step);
}

Step Line::pass(int index) const {
  const int length = static_cast<int>(steps.size());
  Step step = steps[index % length];
  step.index = index;
  step.turn = index / length;
  return step;
}

int Line::mostSumsInRun() const {
  int most = 0;
  for (const Step& step : steps) {
    if (step.kind == StepKind::Run) most = std::max(most, step.sumCount);
  }
  return most;
}

}  // namespace unkick
