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

namespace {

bool sameShape(const LocalMap& a, const LocalMap& b) { return a.kind == b.kind && sumsOf(a) == sumsOf(b); }

bool sameShape(const KickSpec& a, const KickSpec& b) {
  return std::equal(a.nodes, a.nodes + 3, b.nodes) && a.inSigmas == b.inSigmas && a.centred == b.centred &&
         a.differentiateGrid == b.differentiateGrid;
}

bool sameShape(const Step& a, const Step& b) {
  return a.kind == b.kind && a.mapCount == b.mapCount && sameShape(a.kick, b.kick);
}

}  // namespace

bool sameShape(const Line& a, const Line& b) {
  const auto same = [](const auto& x, const auto& y) { return sameShape(x, y); };
  return std::equal(a.steps.begin(), a.steps.end(), b.steps.begin(), b.steps.end(), same) &&
         std::equal(a.maps.begin(), a.maps.end(), b.maps.begin(), b.maps.end(), same);
}

}  // namespace unkick
