// Executes tape actions on a back end. A schedule, of whatever strategy, is a list of these; the engine
// knows what a step's action needs (a field, moments, a Green function) and what of it is still there.
// A beam may pass the line several times: steps are counted on from turn to turn, so that what is there of a
// kick is there of one pass of it.
#pragma once

#include <atomic>
#include <functional>
#include <map>

#include "slots.h"

namespace unkick {

enum class Op : int {
  Load,           // the caller's beam becomes the state
  Forward,        // step
  Inverse,        // step
  Reverse,        // step: inverse and adjoint together
  Adjoint,        // step: adjoint from its input state, which stays
  StoreState,     // slot
  RestoreState,   // slot
  StoreField,     // step, slot: potential of the kick that was just done
  RestoreField,   // step, slot: potential of the kick that is done next
  Observe,        // slot: moments of the state
  Inject,         // slot: adds the moment cotangent given for that slot
  ReadState,      // into the bound arrays
  ClearAdjoint,
  AddCotangent,   // from the bound arrays
  ReadAdjoint,    // into the bound arrays
  Move,           // from and to, packed slot references: starts a transfer between tiers
  Free,           // packed slot reference
  Record,         // step: keeps the hash of the state
  Verify,         // step: compares the state with the hash that was kept
  WriteState,     // from the bound arrays, after a Load
  WriteAdjoint,   // the bound cotangents replace those of the coordinates
  RecordField,    // step, slot: keeps the hash of the potential there
  VerifyField,    // step, slot: compares the potential there with the hash that was kept
};
constexpr int kOps = static_cast<int>(Op::VerifyField) + 1;

struct Action {
  Op op;
  int step;
  int slot;
};

// Host arrays that Load, ReadState, AddCotangent and ReadAdjoint use.
struct HostArrays {
  HostBeam beam;
  const double* newState[kCoordinates] = {};
  const std::int32_t* newLosses = nullptr;
  double* state[kCoordinates] = {};
  const double* cotangent[kCoordinates] = {};
  const double* chargesCotangent = nullptr;
  double* adjoint[kCoordinates] = {};
  double* chargesBar = nullptr;
};

class Engine {
 public:
  // Throws BackendFailure where the arena cannot be had.
  Engine(Line line, const Demand& demand, const Headroom& headroom);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Bytes of arenas, and of host memory for snapshots, that all engines of this process hold.
  static std::int64_t liveBytes();
  static std::int64_t liveHostBytes();

  HostArrays host;

  // Takes other numbers for the line; false, and nothing happens, where they are those of a line of another shape. A run
  // begins after it.
  bool setLine(const Line& line);
  // A run begins: with the arrays of its beam, on a line that it passes once.
  void begin(const HostBeam& beam);
  // Actions may name the steps of so many turns. Throws std::invalid_argument where they cannot be numbered.
  void setTurns(std::int64_t most);

  // Seconds of each action of the last execution, by whether it waits for the device after each.
  bool timeActions = false;
  const std::vector<double>& actionSeconds() const { return actionSeconds_; }

  // Runs the actions in order. Between actions it looks at `abort` and reports progress.
  // Returns false where it was aborted. Throws TrackingFault, SnapshotFailure, std::invalid_argument (an action
  // that the plan has no room for). Transfers may go on when it returns; after an abort or a failure nothing is
  // left on the tape.
  bool execute(const std::vector<Action>& actions, const std::atomic<bool>& abort,
               const std::function<void(int done)>& progress);

  // What is on the device of kicks is computed again when it is asked for: for those who time sweeps.
  void forgetKicks();

  // Waits for all transfers; throws what they threw, as `execute` does.
  void settle();
  // Ends a run, wherever it stands: drops transfers and snapshots.
  void clearTape() { slots_->clear(); }

  void readObservation(int slot, double out[kObservation]);
  // cotangent of the observation's mean [6] and covariance [6][6] row-major, as seen at that observation.
  void setMomentCotangent(int slot, const double* mean, const double* covariance);
  std::vector<KickReport> reports();
  // The line's gradient as far as the reverse sweep has come, [line.sums]; a journal writes it back.
  void readGradient(double* gradient) { backend_->readSums(gradient); }
  void writeGradient(const double* gradient) { backend_->writeSums(gradient); }
  // Throws std::invalid_argument where no beam is loaded.
  void readLosses(std::int32_t* lost);

  const Line& line() const { return line_; }
  // What it really takes; on disk, the most that snapshots ever took at once.
  MemoryPlan memory() const;
  DeviceReport device() const { return backend_->device(); }

 private:
  bool executeAll(const std::vector<Action>& actions, const std::atomic<bool>& abort, const std::function<void(int)>& progress);
  void perform(const Action& action);
  void verify(int step);
  [[noreturn]] void mismatch(int step);
  std::size_t fieldBytes(int kick) const;
  std::uint64_t hashOfField(const Action& action);
  void check(const Action& action) const;
  void forwardKick(const Step& step, Direction direction);
  void reverseKick(const Step& step, bool inverse);
  void placeGrid(const Step& step, bool report);
  void field(const Step& step, bool report);
  void green(const Step& step);
  void settleAdjoint();
  void beamChanged();
  std::int64_t passes() const { return std::int64_t(turns_) * static_cast<std::int64_t>(line_.steps.size()); }
  bool isKick(int step) const;
  void raiseFault();

  Line line_;
  Demand demand_;
  Headroom headroom_;
  MemoryPlan plan_;
  std::unique_ptr<Backend> backend_;
  std::vector<MomentCotangent> injections_;
  std::unique_ptr<Slots> slots_;
  std::vector<std::uint64_t> hashes_;         // of the state before each step that was recorded
  std::map<int, std::uint64_t> fieldHashes_;  // of the potential of each kick that has been stored
  std::vector<double> actionSeconds_;

  int turns_ = 1;
  std::vector<int> reported_;  // [kicks] turns of this beam whose report of the kick is written

  // What is valid on the device now, by pass; -1 is nothing.
  bool loaded_ = false;
  bool moments_ = false;         // position moments are those of the state
  bool bound_ = false;           // cotangent bound is that of the adjoint
  bool pending_ = false;         // a moment cotangent waits to be applied
  int gridOf_ = -1, fieldOf_ = -1, greenOf_ = -1;
};

}  // namespace unkick
