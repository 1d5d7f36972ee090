// What a back end keeps and gives back beside the sweep itself: snapshots on other tiers and what can go wrong
// there, hashes of the state, and everything that a sweep needs to go on elsewhere.
#include <sys/resource.h>

#include <csignal>
#include <cstring>
#include <fstream>

#include "backends.h"
#include "cases.h"
#include "temporary_folder.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

Case withApertures() {
  for (const Case& c : smallCases()) {
    if (c.line().apertures > 0) return c;
  }
  throw Failure("no case has apertures");
}

// --- disk -------------------------------------------------------------------------------------------------

const SlotRef kOnDevice = SlotRef::of(SlotRef::Device, 0), kOnDisk = SlotRef::of(SlotRef::Disk, 0);
const std::vector<Action> kToDisk = {{Op::StoreState, 0, 0}, {Op::Move, kOnDevice.packed, kOnDisk.packed}};
const std::vector<Action> kFromDisk = {{Op::Move, kOnDisk.packed, kOnDevice.packed}, {Op::RestoreState, 0, 0}};

// An engine with a loaded beam, and room for one state on its device and one on disk.
struct DiskCase {
  explicit DiskCase(const std::string& folder) : engine(beam.line(), demand(beam, folder), beam.headroom) {
    bindBeam(engine, beam.beam);
    perform(engine, {{Op::Load, 0, 0}});
  }
  static Demand demand(const Case& c, const std::string& folder) {
    Demand demand = demandOf(c, false);
    addSlot(demand.deviceSlots, stateSlotBytes(demand));
    demand.diskSlots = {static_cast<std::int64_t>(stateSlotBytes(demand))};
    demand.diskFolder = folder;
    return demand;
  }

  Case beam = withApertures();
  Engine engine;
};

void comesBackFromDisk() {
  const TemporaryFolder folder;
  {
    DiskCase c(folder.path());
    const State loaded = readState(c.engine);
    perform(c.engine, kToDisk);
    expect(folder.files().size() == 1, "a state is one file");
    perform(c.engine, {{Op::Forward, 0, 0}, {Op::Forward, 1, 0}});
    expect(!sameBits(readState(c.engine), loaded), "the sweep goes on");
    perform(c.engine, kFromDisk);
    expect(sameBits(readState(c.engine), loaded), "and the state comes back to the bit");
    perform(c.engine, {{Op::Free, 0, kOnDisk.packed}});
    expect(folder.files().empty(), "a freed file is gone");
    perform(c.engine, kToDisk);
  }
  expect(folder.files().empty(), "and so are all when the engine is");
}

void noFolder() {
  const TemporaryFolder folder;
  DiskCase c(folder.path() + "/missing");
  expectThrow<BackendFailure>([&] { perform(c.engine, kToDisk); }, "No such file or directory");
}

// A disk that takes no more, in the form of a limit on the size of files.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_;
  void (*handler_)(int);
};

void fullDisk() {
  const TemporaryFolder folder;
  DiskCase c(folder.path());
  const State loaded = readState(c.engine);
  {
    const FullDisk full(1000);
    expectThrow<BackendFailure>([&] { perform(c.engine, kToDisk); }, "disk tier: cannot write");
  }
  expect(folder.files().empty(), "nothing is left of a file that was not written whole");
  perform(c.engine, kToDisk);
  perform(c.engine, {{Op::Forward, 0, 0}});
  perform(c.engine, kFromDisk);
  expect(sameBits(readState(c.engine), loaded), "with room again the engine goes on");
}

void changedFile() {
  const TemporaryFolder folder;
  DiskCase c(folder.path());
  perform(c.engine, kToDisk);
  {
    std::fstream file(folder.files().at(0), std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(1234);
    const char flipped = static_cast<char>(file.get() ^ 1);
    file.seekp(1234);
    file.put(flipped);
  }
  expectThrow<BackendFailure>([&] { perform(c.engine, kFromDisk); }, "its checksum does not match");
}

void shortFile() {
  const TemporaryFolder folder;
  DiskCase c(folder.path());
  perform(c.engine, kToDisk);
  std::filesystem::resize_file(folder.files().at(0), 1000);
  expectThrow<BackendFailure>([&] { perform(c.engine, kFromDisk); }, "shorter than what was written");
}

// --- hashes -----------------------------------------------------------------------------------------------

int mismatchOf(Engine& engine, const std::vector<Action>& actions) {
  try {
    perform(engine, actions);
  } catch (const TrackingFault& fault) {
    expect(fault.fault.kind == FaultKind::StateMismatch, faultMessage(fault.fault));
    return fault.fault.step;
  }
  return -1;
}

void verifies() {
  const Case c = withApertures();
  Engine engine(c.line(), demandOf(c, false), c.headroom);
  bindBeam(engine, c.beam);
  const int steps = static_cast<int>(engine.line().steps.size());
  std::vector<Action> actions = {{Op::Load, 0, 0}};
  for (int s = 0; s < steps; ++s) {
    actions.push_back({Op::Record, s, 0});
    actions.push_back({Op::Forward, s, 0});
  }
  for (int s = steps - 1; s >= 0; --s) {
    actions.push_back({Op::Inverse, s, 0});
    actions.push_back({Op::Verify, s, 0});
  }
  expect(mismatchOf(engine, actions) == -1, "the way back passes through the states of the way forward");
  expect(mismatchOf(engine, {{Op::Verify, 2, 0}}) == 2, "another state is none of them");

  const auto write = [&](const State& state) {
    for (int d = 0; d < kCoordinates; ++d) engine.host.newState[d] = state.z[d].data();
    engine.host.newLosses = state.lost.data();
    perform(engine, {{Op::WriteState, 0, 0}});
  };
  const State loaded = readState(engine);
  State changed = loaded;
  changed.z[PY][17] += std::ldexp(c.headroom * 3e-4, -50);  // about a quantum
  write(changed);
  expect(!sameBits(readState(engine), loaded) && mismatchOf(engine, {{Op::Verify, 0, 0}}) == 0, "one bit of a coordinate is noticed");
  changed = loaded;
  std::swap(changed.z[X][3], changed.z[X][4]);
  write(changed);
  expect(mismatchOf(engine, {{Op::Verify, 0, 0}}) == 0, "and numbers of two particles that were exchanged");
  changed = loaded;
  changed.lost[5] = 1;
  write(changed);
  expect(mismatchOf(engine, {{Op::Verify, 0, 0}}) == 0, "and a particle that should live");
  write(loaded);
  expect(mismatchOf(engine, {{Op::Verify, 0, 0}}) == -1, "the state itself is known again");
}

// --- going on elsewhere -----------------------------------------------------------------------------------

void writesState() {
  const Case c = withApertures();
  Demand demand = demandOf(c, false);
  demand.observations = 2;
  Engine engine(c.line(), demand, c.headroom);
  bindBeam(engine, c.beam);
  perform(engine, {{Op::Load, 0, 0}, {Op::Forward, 0, 0}, {Op::Observe, 0, 0}});
  const State there = readState(engine);
  for (int d = 0; d < kCoordinates; ++d) engine.host.newState[d] = there.z[d].data();
  engine.host.newLosses = there.lost.data();
  perform(engine, {{Op::Load, 0, 0}, {Op::WriteState, 0, 0}, {Op::Observe, 0, 1}});
  expect(sameBits(readState(engine), there), "the state that is read is the one that was written");
  double before[kObservation], after[kObservation];
  engine.readObservation(0, before);
  engine.readObservation(1, after);
  expect(before[0] < 1e-9 && std::memcmp(before, after, sizeof before) == 0, "the lost have no charge in it");

  std::vector<double> far = there.z[Y];
  far[123] = -1e6;
  engine.host.newState[Y] = far.data();
  engine.host.newLosses = nullptr;
  try {
    perform(engine, {{Op::WriteState, 0, 0}});
  } catch (const TrackingFault& fault) {
    expect(fault.fault.kind == FaultKind::CoordinateRange && fault.fault.particle == 123 && fault.fault.coordinate == Y, faultMessage(fault.fault));
    return;
  }
  throw Failure("a coordinate out of range was taken");
}

// Half of a sweep on one engine and the rest on another, that knows only what the first one gave out.
void resumes(const Case& c) {
  const Result whole = gradientOf(c);
  const Line line = c.line();
  const int steps = static_cast<int>(line.steps.size());
  const std::int64_t n = c.beam.particles();
  std::vector<double> adjoint[kCoordinates], chargesBar(n), sums(line.sums);
  for (auto& bar : adjoint) bar.resize(n);
  const auto bind = [&](Engine& engine) {
    bindBeam(engine, c.beam);
    for (int d = 0; d < kCoordinates; ++d) engine.host.adjoint[d] = adjoint[d].data();
    engine.host.chargesBar = chargesBar.data();
  };

  Engine first(line, demandOf(c, true), c.headroom);
  bind(first);
  std::vector<double> w[kCoordinates];
  std::vector<Action> actions = {{Op::Load, 0, 0}};
  for (int s = 0; s < steps; ++s) actions.push_back({Op::Forward, s, 0});
  for (Op op : {Op::ClearAdjoint, Op::AddCotangent}) actions.push_back({op, 0, 0});
  for (int s = steps - 1; s >= steps / 2; --s) actions.push_back({Op::Reverse, s, 0});
  actions.push_back({Op::ReadAdjoint, 0, 0});
  for (int d = 0; d < kCoordinates; ++d) {
    w[d] = weights(c, d);
    first.host.cotangent[d] = w[d].data();
  }
  perform(first, actions);
  const State state = readState(first);
  first.readSums(sums.data());

  Engine second(line, demandOf(c, true), c.headroom);
  bind(second);
  for (int d = 0; d < kCoordinates; ++d) second.host.newState[d] = state.z[d].data();
  if (line.apertures > 0) second.host.newLosses = state.lost.data();
  second.host.chargesCotangent = chargesBar.data();
  perform(second, {{Op::Load, 0, 0}, {Op::WriteState, 0, 0}, {Op::ClearAdjoint, 0, 0}, {Op::AddCotangent, 0, 0}});
  second.writeSums(sums.data());
  for (int d = 0; d < kCoordinates; ++d) second.host.cotangent[d] = adjoint[d].data();
  actions = {{Op::WriteAdjoint, 0, 0}};
  for (int s = steps / 2 - 1; s >= 0; --s) actions.push_back({Op::Reverse, s, 0});
  actions.push_back({Op::ReadAdjoint, 0, 0});
  perform(second, actions);

  Result resumed = whole;
  for (int d = 0; d < kCoordinates; ++d) resumed.adjoint[d] = adjoint[d];
  resumed.chargesBar = chargesBar;
  second.parameterGradient(resumed.parameters.data(), resumed.energyBar);
  const std::string differs = differingBits(resumed, whole);
  expect(differs.empty(), "the rest on another engine gives the same bits, not so in " + differs);
}

}  // namespace

void tapeTests(const std::string& backend) {
  const UseBackend use(backend);
  test(backend + ": a state comes back from disk", comesBackFromDisk);
  test(backend + ": a folder for snapshots that is not there", noFolder);
  test(backend + ": a full disk", fullDisk);
  test(backend + ": a snapshot that was changed on disk", changedFile);
  test(backend + ": a snapshot that was cut short", shortFile);
  test(backend + ": hashes of the states", verifies);
  test(backend + ": a state that is written", writesState);
  for (const Case& c : {smallCases()[0], smallCases()[4], withApertures()}) {
    test(backend + ": a sweep that is resumed: " + c.name, [&] { resumes(c); });
  }
}

}  // namespace unkick::testing
