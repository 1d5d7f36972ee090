// What one kick asks of a GPU, counted by the emulation of native/test, so that it needs none:
//   unkick_launches [GRID...]      nodes along an axis, by default 32 64 128
// Prints one JSON object. `grids`: for each, kernels and other requests (transforms, copies, fills) of one kick and the run behind
// it, forward and in a whole gradient under `invert`. They are the difference of two lines, of which one has a kick more.
// `sharedBytes`: the most that a launch of each kernel asked for.
#include <cstdio>
#include <cstdlib>
#include <map>

#include "beam.h"
#include "json.h"
#include "test/emulation/launch.h"

namespace {

using namespace unkick;
using namespace unkick::bench;
using Counts = std::map<std::string, std::int64_t>;

constexpr int kKicks = 2;  // of the shorter line: the first kick of a line finds less on the device than later ones

Counts difference(Counts after, const Counts& before) {
  for (const auto& [name, count] : before) after[name] -= count;
  return after;
}

// Requests of a sweep along a line and, where `back`, of its reverse.
Counts requestsOf(const Beam& beam, int grid, int kicks, bool back) {
  Settings settings;
  settings.grid = grid;
  settings.particles = static_cast<std::int64_t>(beam.charges.size());
  Engine engine(kickLine(grid, kicks), demandOf(settings), settings.headroom());
  engine.host.beam = beam.host();
  const int steps = static_cast<int>(engine.line().steps.size());
  std::vector<Action> actions;
  for (int i = 0; i < steps; ++i) actions.push_back({Op::Forward, i, 0});
  for (int i = steps - 1; back && i >= 0; --i) actions.push_back({Op::Reverse, i, 0});
  const std::atomic<bool> abort{false};
  engine.execute({{Op::Load, 0, 0}, {Op::ClearAdjoint, 0, 0}}, abort, [](int) {});
  const Counts before = emulation::launches();
  engine.execute(actions, abort, [](int) {});
  return difference(emulation::launches(), before);
}

Json perKick(const Beam& beam, int grid, bool back) {
  const Counts counts = difference(requestsOf(beam, grid, kKicks + 1, back), requestsOf(beam, grid, kKicks, back));
  Json list = Json::object();
  for (const auto& [name, count] : counts) {
    if (count != 0) list.field(name, static_cast<double>(count));
  }
  return list;
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<int> grids;
  for (int i = 1; i < count; ++i) grids.push_back(std::atoi(arguments[i]));
  if (grids.empty()) grids = {32, 64, 128};
  try {
    const Beam beam = gaussianBeam(600);
    Json list = Json::array(), shared = Json::object();
    for (const int grid : grids) {
      if (grid < 4) throw std::invalid_argument("a grid has four nodes along an axis or more");
      list.element(Json::object().field("grid", grid).field("forward", perKick(beam, grid, false)).field("gradient", perKick(beam, grid, true)));
    }
    for (const auto& [name, bytes] : emulation::sharedMemory()) shared.field(name, static_cast<double>(bytes));
    std::printf("%s\n", Json::object().field("grids", list).field("sharedBytes", shared).text().c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
