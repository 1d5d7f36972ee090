// Snapshots on other tiers on a back end: transfers beside the sweep, and everything that can go wrong with a
// disk or a memory. Files are found in a folder of the test's own.
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <fstream>

#include "backends.h"
#include "cases.h"
#include "event_log.h"
#include "temporary_folder.h"
#include "testing.h"
#include "tests.h"

namespace unkick::testing {

namespace {

SlotRef device(int slot) { return SlotRef::of(SlotRef::Device, slot); }
Action moved(SlotRef from, SlotRef to) { return {Op::Move, from.packed, to.packed}; }

// --- transfers beside the sweep ---------------------------------------------------------------------------

constexpr int kSteps = 6, kOut = 0;

// A line of six runs, with a slot for each state on a tier, one on the device to leave through and two to come
// back through in turn: what ts/src/tape/slots.ts and withPrefetch make of a line whose states are all kept there.
struct Pipeline {
  explicit Pipeline(SlotRef::Kind tier) : tier(tier) {
    beam.elements = {drift(0.1), breakRun(), quadrupoleOf(0.1, 5), breakRun(), exactDrift(0.2), breakRun(),
                     drift(0.1), breakRun(), quadrupoleOf(0.1, -5), breakRun(), drift(0.1)};
    beam.beam = gaussianBeam(1000, 5, true);
    demand = demandOf(beam, true);
    demand.diskFolder = folder.path();
    for (int i = 0; i < 3; ++i) addSlot(demand.deviceSlots, stateSlotBytes(demand));
    for (int i = 0; i < kSteps; ++i) {
      if (tier == SlotRef::Host) addSlot(demand.hostSlots, stateSlotBytes(demand));
      else demand.diskSlots.push_back(static_cast<std::int64_t>(stateSlotBytes(demand)));
    }
  }

  std::vector<Action> forward() const {
    std::vector<Action> actions = {{Op::Load, 0, 0}};
    for (int s = 0; s < kSteps; ++s) {
      actions.push_back({Op::Record, s, 0});
      if (s > 0) actions.push_back({Op::StoreState, s, kOut});
      if (s > 0) actions.push_back(moved(device(kOut), SlotRef::of(tier, s)));
      actions.push_back({Op::Forward, s, 0});
    }
    return actions;
  }
  // The first of the two is fetched for the last state.
  std::vector<Action> reverse() const {
    std::vector<Action> actions = {{Op::ClearAdjoint, 0, 0}};
    const auto into = [](int state) { return 1 + (kSteps - 1 - state) % 2; };
    for (int s : {kSteps - 1, kSteps - 2}) actions.push_back(moved(SlotRef::of(tier, s), device(into(s))));
    for (int s = kSteps - 1; s > 0; --s) {
      actions.push_back({Op::RestoreState, s, into(s)});
      if (s > 2) actions.push_back(moved(SlotRef::of(tier, s - 2), device(into(s - 2))));
      if (tier == SlotRef::Disk) actions.push_back({Op::Free, 0, SlotRef::of(tier, s).packed});
      actions.push_back({Op::Verify, s, 0});
      actions.push_back({Op::Adjoint, s, 0});
    }
    return actions;
  }

  SlotRef::Kind tier;
  Case beam;
  Demand demand;
  TemporaryFolder folder;
};

// Watches back ends until it goes.
struct Watching {
  explicit Watching(Watcher watcher) { watchBackends(std::move(watcher)); }
  ~Watching() { watchBackends({}); }
};

// Every transfer is held up until the sweep has begun the next step: a sweep that waited for it would never get
// there. So the time of the whole is that of the work or of the transfers, whichever is longer.
void transfersOverlap(SlotRef::Kind tier) {
  Pipeline pipeline(tier);
  EventLog log;
  const Watching watching([&](const std::string& event) {
    log.add(event);
    const int stored = log.count("download"), fetched = log.count("upload");
    if (event == "download") log.await("run " + std::to_string(stored));
    if (event == "upload" && fetched > 1) log.await("adjoint " + std::to_string(kSteps + 1 - fetched));
  });
  Engine engine(pipeline.beam.line(), pipeline.demand, pipeline.beam.headroom);
  bindBeam(engine, pipeline.beam.beam);
  perform(engine, pipeline.forward());
  perform(engine, pipeline.reverse());
  expect(log.count("download") == kSteps - 1 && log.count("upload") == kSteps - 1, "every state has gone and come back");
}

// The same with a slow tier and slow steps: figures for a reader.
void overlapInFigures(SlotRef::Kind tier) {
  const auto milliseconds = [&](int work, int copy) {
    Pipeline pipeline(tier);
    const Watching watching([&](const std::string& event) {
      std::this_thread::sleep_for(std::chrono::milliseconds(event == "download" || event == "upload" ? copy : work));
    });
    Engine engine(pipeline.beam.line(), pipeline.demand, pipeline.beam.headroom);
    bindBeam(engine, pipeline.beam.beam);
    const auto started = std::chrono::steady_clock::now();
    perform(engine, pipeline.forward());
    perform(engine, pipeline.reverse());
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count();
  };
  const double work = milliseconds(20, 0), copies = milliseconds(0, 20), both = milliseconds(20, 20);
  note("work " + number(std::round(work)) + " ms, transfers " + number(std::round(copies)) + " ms, both " + number(std::round(both)) + " ms");
}

void stagingIsCounted(bool shared) {
  const Pipeline pipeline(SlotRef::Disk);
  const std::size_t state = stateSlotBytes(pipeline.demand);
  const std::int64_t before = Engine::liveHostBytes();
  {
    Engine engine(pipeline.beam.line(), pipeline.demand, pipeline.beam.headroom);
    const MemoryPlan plan = planMemory(pipeline.beam.line(), pipeline.demand);
    expect(plan.host.staging == (shared ? 0 : state) && plan.host.snapshots == 0, "staging holds one state");
    expect(plan.disk == kSteps * state, "a file per state");
    expect(engine.memory().host.bytes() == plan.host.bytes() && engine.memory().disk == 0, "as allocated; nothing is written yet");
    expect(Engine::liveHostBytes() - before == static_cast<std::int64_t>(plan.host.bytes()), "and counted");
    bindBeam(engine, pipeline.beam.beam);
    perform(engine, pipeline.forward());
    expect(engine.memory().disk == (kSteps - 1) * state, "files are counted as they are written");
    perform(engine, pipeline.reverse());
    expect(pipeline.folder.files().empty() && engine.memory().disk == (kSteps - 1) * state, "and at their most");
  }
  expect(Engine::liveHostBytes() == before, "nothing is left");
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
  expectThrow<SnapshotFailure>([&] { perform(c.engine, kToDisk); }, "No such file or directory");
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
    expectThrow<SnapshotFailure>([&] { perform(c.engine, kToDisk); }, "disk tier: cannot write");
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
  expectThrow<SnapshotFailure>([&] { perform(c.engine, kFromDisk); }, "its checksum does not match");
}

void shortFile() {
  const TemporaryFolder folder;
  DiskCase c(folder.path());
  perform(c.engine, kToDisk);
  std::filesystem::resize_file(folder.files().at(0), 1000);
  expectThrow<SnapshotFailure>([&] { perform(c.engine, kFromDisk); }, "shorter than what was written");
}

void twoInOneFolder() {
  const TemporaryFolder folder;
  DiskCase a(folder.path()), b(folder.path());
  const State loaded = readState(a.engine);
  perform(b.engine, {{Op::Forward, 0, 0}});
  const State behind = readState(b.engine);
  perform(a.engine, kToDisk);
  perform(b.engine, kToDisk);
  expect(folder.files().size() == 2, "each has a file of its own");
  perform(a.engine, kFromDisk);
  perform(b.engine, kFromDisk);
  expect(sameBits(readState(a.engine), loaded) && sameBits(readState(b.engine), behind), "and gets back what it wrote");
}

void folderGoes() {
  TemporaryFolder folder;
  DiskCase c(folder.path());
  perform(c.engine, kToDisk);
  std::filesystem::remove_all(folder.path());
  expectThrow<SnapshotFailure>([&] { perform(c.engine, kFromDisk); }, "disk tier: cannot open");
  expectThrow<SnapshotFailure>([&] { perform(c.engine, kToDisk); }, "disk tier: cannot create");
  std::filesystem::create_directory(folder.path());
  perform(c.engine, kToDisk);
  perform(c.engine, kFromDisk);
}

void folderIsAFile() {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "/file";
  std::ofstream(file) << "text";
  DiskCase c(file);
  expectThrow<SnapshotFailure>([&] { perform(c.engine, kToDisk); }, "Not a directory");
}

// A sweep that ends early, as a run that fails in JavaScript does.
void abandoned() {
  const TemporaryFolder folder;
  DiskCase c(folder.path());
  perform(c.engine, kToDisk);
  c.engine.clearTape();
  expect(folder.files().empty(), "nothing is left on disk");
  perform(c.engine, kToDisk);
  const std::atomic<bool> abort{true};
  expect(!c.engine.execute({{Op::Forward, 0, 0}}, abort, [](int) {}), "aborted");
  expect(folder.files().empty(), "nor after an abort");
}

// --- memory that forgets ----------------------------------------------------------------------------------

// Two slots over the same bytes on device and host: what is written to the second changes what lies in the first.
void flippedBit(SlotRef::Kind tier) {
  const Case c = withApertures();
  Demand demand = demandOf(c, false);
  const SlotRange state = {0, stateSlotBytes(demand)};
  demand.deviceSlots = {state, state, {state.bytes, state.bytes}};
  demand.hostSlots = {state, state};
  Engine engine(c.line(), demand, c.headroom);
  bindBeam(engine, c.beam);
  const SlotRef kept = SlotRef::of(tier, 0), alias = SlotRef::of(tier, 1), through = device(2);
  const auto store = [&](SlotRef to) {
    perform(engine, {{Op::StoreState, 0, through.index()}});
    if (to.kind() == SlotRef::Device) perform(engine, {{Op::StoreState, 0, to.index()}});
    else perform(engine, {moved(through, to)});
  };
  std::vector<Action> back = {{Op::RestoreState, 0, kept.index()}, {Op::Verify, 0, 0}};
  if (tier == SlotRef::Host) back = {moved(kept, through), {Op::RestoreState, 0, through.index()}, {Op::Verify, 0, 0}};

  perform(engine, {{Op::Load, 0, 0}, {Op::Record, 0, 0}});
  store(kept);
  perform(engine, back);
  const State good = readState(engine);
  State bad = good;
  bad.z[PX][17] = -bad.z[PX][17];  // one bit
  for (int d = 0; d < kCoordinates; ++d) engine.host.newState[d] = bad.z[d].data();
  engine.host.newLosses = bad.lost.data();
  perform(engine, {{Op::WriteState, 0, 0}});
  expect(mismatchOf(engine, {{Op::Verify, 0, 0}}) == 0, "a bit of the state itself is noticed");
  store(alias);
  expect(mismatchOf(engine, back) == 0, "and one of a snapshot, when it is restored");
}

// The same of a potential: a slot for the state of one particle over its first six numbers.
void changedField() {
  Case c;
  c.elements = {drift(0.1), kickFixed(0.1, {6, 7, 8}, {4e-3, 4e-3, 8e-3}), drift(0.1)};
  c.beam = gaussianBeam(1, 3, false);
  Demand demand = demandOf(c, false);
  const std::size_t field = fieldSlotBytes(demand, c.line().steps[1].kick);
  demand.deviceSlots = {{0, field}, {0, stateSlotBytes(demand)}, {field, field}};
  demand.hostSlots = {{0, field}};
  Engine engine(c.line(), demand, c.headroom);
  bindBeam(engine, c.beam);
  const SlotRef onHost = SlotRef::of(SlotRef::Host, 0);
  perform(engine, {{Op::Load, 0, 0}, {Op::Forward, 0, 0}, {Op::Forward, 1, 0}, {Op::StoreField, 1, 0}, {Op::RecordField, 1, 0}});
  perform(engine, {moved(device(0), onHost), moved(onHost, device(2))});
  expect(mismatchOf(engine, {{Op::VerifyField, 1, 2}}) == -1, "it comes back from the host as it was");
  perform(engine, {{Op::StoreState, 0, 1}});
  expect(mismatchOf(engine, {{Op::VerifyField, 1, 0}}) == 1, "a change of it is noticed");
}

}  // namespace

void tierTests(const std::string& name, Precision precision) {
  const UseBackend use(name, precision);
  const std::string backend = name + " " + precisionName(precision);
  const bool shared = name == "CPU";
  test(backend + ": transfers to and from the host go on beside the sweep", [] { transfersOverlap(SlotRef::Host); });
  test(backend + ": what that gains", [] { overlapInFigures(SlotRef::Host); });
  // Where host and device share their memory no copy could be held up on its way to disk.
  if (!shared) test(backend + ": transfers to and from disk go on beside the sweep", [] { transfersOverlap(SlotRef::Disk); });
  test(backend + ": staging on the way to disk", [&] { stagingIsCounted(shared); });
  test(backend + ": a state comes back from disk", comesBackFromDisk);
  test(backend + ": a folder for snapshots that is not there", noFolder);
  test(backend + ": a folder for snapshots that is a file", folderIsAFile);
  test(backend + ": a folder for snapshots that goes away", folderGoes);
  test(backend + ": a folder for snapshots that two use", twoInOneFolder);
  test(backend + ": a full disk", fullDisk);
  test(backend + ": a snapshot that was changed on disk", changedFile);
  test(backend + ": a snapshot that was cut short", shortFile);
  test(backend + ": a sweep that was abandoned", abandoned);
  test(backend + ": a flipped bit in a snapshot on the device", [] { flippedBit(SlotRef::Device); });
  test(backend + ": a stored potential that was changed", changedField);
  test(backend + ": a flipped bit in a snapshot in host memory", [] { flippedBit(SlotRef::Host); });
}

}  // namespace unkick::testing
