#include "line.h"

#include <algorithm>

namespace unkick {

int sumsOf(const LocalMap& map) {
  int n = 0;
  visit(map, [&](const auto& m) { n = std::decay_t<decltype(m)>::sums; });
  return n;
}

namespace {

template <int(*count)(const LocalMap&)>
int total(const std::vector<LocalMap>& maps) {
  int n = 0;
  for (const LocalMap& map : maps) n += count(map);
  return n;
}

int parametersOf(const LocalMap& map) {
  int n = 0;
  visit(map, [&](const auto& m) { n = std::decay_t<decltype(m)>::parameters; });
  return n;
}

}  // namespace

void Line::addRun(const std::vector<LocalMap>& run) {
  Step step = {};
  step.kind = StepKind::Run;
  step.index = static_cast<int>(steps.size());
  step.firstMap = static_cast<int>(maps.size());
  step.mapCount = static_cast<int>(run.size());
  step.firstSum = sums;
  step.sumCount = total<sumsOf>(run);
  step.firstSlot = slots;
  for (LocalMap map : run) {
    if (map.kind == MapKind::Aperture) map.aperture.index = apertures++;
    maps.push_back(map);
  }
  sums += step.sumCount;
  slots += total<parametersOf>(run);
  steps.push_back(step);
}

void Line::addKick(const KickSpec& kick) {
  Step step = {};
  step.kind = StepKind::Kick;
  step.index = static_cast<int>(steps.size());
  step.firstSum = sums;
  step.sumCount = kKickResults;
  step.firstSlot = slots;
  step.kick = kick;
  step.kickIndex = kicks++;
  sums += kKickResults;
  slots += kKickSlots;
  steps.push_back(step);
}

void Line::addCustom() {
  Step step = {};
  step.kind = StepKind::Custom;
  step.index = static_cast<int>(steps.size());
  step.firstSum = sums;
  step.firstSlot = slots;
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

void parameterGradient(const Line& line, const double* sums, double* gradient, double& gammaBar) {
  std::fill(gradient, gradient + line.slots, 0.0);
  gammaBar = 0;
  for (const Step& step : line.steps) {
    const double* sum = sums + step.firstSum;
    double* bar = gradient + step.firstSlot;
    if (step.isKick()) {
      std::copy(sum, sum + kKickSlots, bar);
      gammaBar += sum[kKickSlots];
      continue;
    }
    for (int m = 0; m < step.mapCount; ++m) {
      visit(line.maps[step.firstMap + m], [&](const auto& map) {
        map.parametersBar(sum, line.reference, bar, gammaBar);
        sum += map.sums;
        bar += map.parameters;
      });
    }
  }
}

}  // namespace unkick
