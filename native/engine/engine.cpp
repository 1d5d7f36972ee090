#include "engine.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace unkick {

namespace {

std::atomic<std::int64_t> live{0}, liveHost{0};  // bytes of this process

constexpr int kFaultInterval = 16;  // actions between looks at the device's fault flag

// Two kicks on fixed grids of the same cells, in the rest frame of one reference particle, share a Green function.
bool sameGreen(const KickSpec& a, const KickSpec& b) {
  if (a.inSigmas || b.inSigmas || a.reference.gamma != b.reference.gamma) return false;
  for (int d = 0; d < 3; ++d) {
    if (a.nodes[d] != b.nodes[d] || a.extent[d] != b.extent[d]) return false;
  }
  return true;
}

}  // namespace

Engine::Engine(Line line, const Demand& demand, const Headroom& headroom)
    : line_(std::move(line)),
      demand_(demand),
      headroom_(headroom),
      plan_(planMemory(line_, demand)),
      backend_(createBackend(line_, demand)),
      injections_(demand.observations),
      slots_(std::make_unique<Slots>(demand_, *backend_, backend_->arena())),
      reported_(line_.kicks) {
  live.fetch_add(static_cast<std::int64_t>(plan_.bytes));
  liveHost.fetch_add(static_cast<std::int64_t>(slots_->hostBytes()));
}

Engine::~Engine() {
  live.fetch_sub(static_cast<std::int64_t>(plan_.bytes));
  liveHost.fetch_sub(static_cast<std::int64_t>(slots_->hostBytes()));
}

std::int64_t Engine::liveBytes() { return live.load(); }

std::int64_t Engine::liveHostBytes() { return liveHost.load(); }

MemoryPlan Engine::memory() const {
  MemoryPlan taken = backend_->arena().plan();
  taken.host.snapshots = slots_->hostBytes() - taken.host.staging;
  taken.disk = slots_->diskBytes();
  return taken;
}

bool Engine::setLine(const Line& line) {
  if (!sameShape(line_, line)) return false;
  line_ = line;
  loaded_ = false;
  greenOf_ = -1;  // what else is on the device goes when a beam is loaded
  return true;
}

void Engine::begin(const HostBeam& beam) {
  host.beam = beam;
  loaded_ = false;
  turns_ = 1;
  hashes_.clear();
  fieldHashes_.clear();
  reported_.assign(line_.kicks, 0);
}

void Engine::setTurns(std::int64_t most) {
  // Passes, and the losses in their apertures, are numbered by 32-bit integers.
  const std::int64_t perTurn = std::max<std::int64_t>(static_cast<std::int64_t>(line_.steps.size()), line_.apertures);
  if (most < 1 || most * perTurn >= kAlive) throw std::invalid_argument("so many turns cannot be numbered");
  turns_ = static_cast<int>(most);
}

bool Engine::isKick(int step) const {
  return step >= 0 && step < passes() && line_.pass(step).isKick();
}

bool Engine::execute(const std::vector<Action>& actions, const std::atomic<bool>& abort,
                     const std::function<void(int)>& progress) {
  try {
    const bool finished = executeAll(actions, abort, progress);
    if (!finished) clearTape();
    return finished;
  } catch (...) {
    clearTape();
    throw;
  }
}

void Engine::forgetKicks() {
  beamChanged();
  greenOf_ = -1;
}

void Engine::settle() {
  try {
    slots_->settle();
  } catch (...) {
    clearTape();
    throw;
  }
}

bool Engine::executeAll(const std::vector<Action>& actions, const std::atomic<bool>& abort,
                        const std::function<void(int)>& progress) {
  int done = 0;
  actionSeconds_.clear();
  for (const Action& action : actions) {
    if (abort.load(std::memory_order_relaxed)) return false;
    check(action);
    const auto started = std::chrono::steady_clock::now();
    perform(action);
    if (timeActions) {
      raiseFault();  // waits for the device
      actionSeconds_.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
    }
    ++done;
    if (done % kFaultInterval == 0) raiseFault();
    progress(done);
  }
  raiseFault();
  return true;
}

void Engine::check(const Action& a) const {
  const auto require = [](bool ok, const char* what) {
    if (!ok) throw std::invalid_argument(what);
  };
  const bool usesStep = a.op == Op::Forward || a.op == Op::Inverse || a.op == Op::Reverse || a.op == Op::Adjoint;
  const bool usesField = a.op == Op::StoreField || a.op == Op::RestoreField || a.op == Op::RecordField || a.op == Op::VerifyField;
  if (usesStep) {
    require(a.step >= 0 && a.step < passes(), "action names a step that is not in the line");
    require(line_.pass(a.step).kind != StepKind::Custom, "a custom step is the caller's to do");
  }
  if (a.op == Op::Move) require(slots_->has({a.step}) && slots_->has({a.slot}), "no such slot to move");
  if (a.op == Op::Free) require(slots_->has({a.slot}), "no such slot to free");
  if (a.op == Op::Record) require(a.step >= 0 && a.step <= passes(), "no such state");
  if (a.op == Op::Verify) require(a.step >= 0 && a.step < static_cast<std::int64_t>(hashes_.size()), "no such state was recorded");
  if (a.op == Op::WriteState) {
    require(host.newState[0] != nullptr, "no arrays are bound for a new state");
    require(!host.newLosses || demand_.losses, "losses are given for a line without apertures");
  }
  if (a.op == Op::Load) return require(host.beam.charges != nullptr, "no beam is bound");
  const bool needsBeam = a.op != Op::ClearAdjoint && a.op != Op::Move && a.op != Op::Free;
  require(loaded_ || !needsBeam, "no beam is loaded");
  if (a.op == Op::Reverse || a.op == Op::Adjoint || a.op == Op::Inject || a.op == Op::ClearAdjoint ||
      a.op == Op::AddCotangent || a.op == Op::ReadAdjoint || a.op == Op::WriteAdjoint) {
    require(demand_.differentiate, "action needs an adjoint, and the plan has none");
  }
  if (usesField) {
    require(isKick(a.step), "only a kick has a field to store");
    require(slots_->deviceBytes(a.slot) >= fieldBytes(a.step), "no such slot for a field");
  }
  if (a.op == Op::StoreField) require(fieldOf_ == a.step, "the field to store is not there");
  if (a.op == Op::StoreState || a.op == Op::RestoreState) {
    require(slots_->deviceBytes(a.slot) >= stateSlotBytes(demand_), "no such slot for a state");
  }
  if (a.op == Op::Observe || a.op == Op::Inject) require(a.slot >= 0 && a.slot < demand_.observations, "no such observation slot");
}

void Engine::perform(const Action& a) {
  // A pending cotangent belongs to the positions that the state has now.
  if (a.op == Op::Load || a.op == Op::RestoreState || a.op == Op::Forward || a.op == Op::Inverse) settleAdjoint();
  switch (a.op) {
    case Op::Load:
      backend_->load(host.beam, headroom_);
      loaded_ = true;
      return beamChanged();
    case Op::Forward:
    case Op::Inverse: {
      const Direction direction = a.op == Op::Forward ? Direction::Forward : Direction::Inverse;
      const Step step = line_.pass(a.step);
      if (step.isKick()) return forwardKick(step, direction);
      const bool kickFollows = isKick(a.op == Op::Forward ? a.step + 1 : a.step - 1);
      backend_->run(step, direction, kickFollows);
      moments_ = kickFollows;
      return;
    }
    case Op::Reverse: {
      const Step step = line_.pass(a.step);
      if (step.isKick()) return reverseKick(step, true);
      const bool kickFollows = isKick(a.step - 1);
      backend_->reverseRun(step, pending_, kickFollows);
      pending_ = false;
      moments_ = bound_ = kickFollows;
      return;
    }
    case Op::Adjoint: {
      const Step step = line_.pass(a.step);
      if (step.isKick()) return reverseKick(step, false);
      settleAdjoint();
      backend_->adjointRun(step);
      bound_ = false;
      return;
    }
    case Op::StoreState: return backend_->storeState(slots_->device(a.slot));
    case Op::RestoreState:
      // Fields stay valid: they belong to a step of this beam's one trajectory, wherever the state stands.
      backend_->restoreState(slots_->device(a.slot));
      moments_ = false;
      return;
    case Op::StoreField: return backend_->storeField(line_.pass(a.step), slots_->device(a.slot));
    case Op::RestoreField:
      backend_->restoreField(line_.pass(a.step), slots_->device(a.slot));
      fieldOf_ = a.step;
      return;
    case Op::Observe: return backend_->observe(a.slot);
    case Op::Inject:
      settleAdjoint();
      backend_->inject(injections_[a.slot]);
      bound_ = false;
      return;
    case Op::ReadState: return backend_->readCoordinates(host.state);
    case Op::ClearAdjoint:
      backend_->clearAdjoint();
      pending_ = bound_ = false;
      return;
    case Op::AddCotangent:
      settleAdjoint();  // first, whatever the schedule: the order of additions is part of the bits
      backend_->addCotangent(host.cotangent, host.chargesCotangent);
      bound_ = false;
      return;
    case Op::ReadAdjoint:
      settleAdjoint();
      return backend_->readAdjoint(host.adjoint, host.chargesBar);
    case Op::Move: return slots_->move({a.step}, {a.slot});
    case Op::Free: return slots_->free({a.slot});
    case Op::Record:
      if (a.step >= static_cast<std::int64_t>(hashes_.size())) hashes_.resize(a.step + 1);
      hashes_[a.step] = backend_->hashState();
      return;
    case Op::Verify: return verify(a.step);
    case Op::RecordField:
      fieldHashes_[a.step] = hashOfField(a);
      return;
    case Op::VerifyField:
      if (hashOfField(a) != fieldHashes_[a.step]) mismatch(a.step);
      return;
    case Op::WriteState:
      settleAdjoint();
      backend_->writeState(host.newState, host.newLosses);
      moments_ = false;
      return;
    case Op::WriteAdjoint:
      settleAdjoint();
      backend_->writeAdjoint(host.cotangent);
      bound_ = false;
      return;
  }
}

void Engine::verify(int step) {
  if (backend_->hashState() != hashes_[step]) mismatch(step);
}

void Engine::mismatch(int step) {
  Fault fault;
  fault.kind = FaultKind::StateMismatch;
  fault.step = step;
  throw TrackingFault(fault);
}

std::size_t Engine::fieldBytes(int kick) const { return fieldSlotBytes(demand_, line_.pass(kick).kick); }

std::uint64_t Engine::hashOfField(const Action& a) { return backend_->hashMemory(slots_->device(a.slot), fieldBytes(a.step)); }

void Engine::beamChanged() {
  moments_ = false;
  gridOf_ = fieldOf_ = -1;
  if (greenOf_ >= 0 && line_.pass(greenOf_).kick.inSigmas) greenOf_ = -1;
}

void Engine::settleAdjoint() {
  if (!pending_) return;
  backend_->applyPendingCotangent();
  pending_ = false;  // it acts on positions and charges: the bound of the momentum cotangents stays valid
}

void Engine::placeGrid(const Step& step, bool report) {
  if (gridOf_ == step.index && !report) return;
  if (!moments_) backend_->measurePositions();
  moments_ = true;
  backend_->placeGrid(step, report);
  gridOf_ = step.index;
}

void Engine::green(const Step& step) {
  const bool there = greenOf_ >= 0 && (greenOf_ == step.index || sameGreen(line_.pass(greenOf_).kick, step.kick));
  if (!there) backend_->green(step);
  greenOf_ = step.index;
}

// report: of the charge that the grid leaves outside, whether the field is there or not.
void Engine::field(const Step& step, bool report) {
  const bool there = fieldOf_ == step.index;
  if (!there || report) backend_->deposit(step, report);
  if (there) return;
  green(step);
  backend_->solve(step);
  fieldOf_ = step.index;
}

// The report of a kick is that of its last turn; passes that are done again on the way back say nothing new.
void Engine::forwardKick(const Step& step, Direction direction) {
  const bool report = direction == Direction::Forward && step.turn >= reported_[step.kickIndex];
  placeGrid(step, report);
  field(step, report);
  backend_->kick(step, direction);
  if (report) reported_[step.kickIndex] = step.turn + 1;
}

void Engine::reverseKick(const Step& step, bool inverse) {
  settleAdjoint();
  placeGrid(step, false);
  green(step);
  if (!bound_) backend_->boundCotangent();
  KickReverse what;
  what.inverse = inverse;
  what.greenBar = needsGreenBar(step.kick, demand_);
  what.potential = fieldOf_ != step.index;
  backend_->scatterBar(step, what);
  backend_->solveBar(step, what);
  backend_->gatherBar(step, what);
  backend_->gridBar(step, what.greenBar);
  fieldOf_ = -1;
  pending_ = step.kick.differentiateGrid;
  bound_ = true;  // a kick leaves the momentum cotangents alone
}

void Engine::readObservation(int slot, double out[kObservation]) { backend_->readObservation(slot, out); }

void Engine::setMomentCotangent(int slot, const double* mean, const double* covariance) {
  double seen[kObservation];
  readObservation(slot, seen);
  MomentCotangent& c = injections_.at(slot);
  c.charge = seen[0];
  c.trace = 0;
  const double* lower = seen + 1 + kCoordinates;
  for (int i = 0; i < kCoordinates; ++i) {
    c.centre[i] = seen[1 + i];
    c.mean[i] = mean[i];
    for (int j = 0; j <= i; ++j) {
      const double value = 0.5 * (covariance[i * kCoordinates + j] + covariance[j * kCoordinates + i]);
      c.covariance[i][j] = c.covariance[j][i] = value;
      c.trace += (i == j ? 1.0 : 2.0) * value * *lower++;
    }
  }
}

// The back end puts them into the order of the beam that was loaded: another's arrays may be bound by now.
void Engine::readLosses(std::int32_t* lost) {
  if (!loaded_) throw std::invalid_argument("no beam is loaded");
  backend_->readLosses(lost);
}

std::vector<KickReport> Engine::reports() {
  std::vector<KickReport> reports(line_.kicks);
  backend_->readReports(reports.data());
  return reports;
}

void Engine::raiseFault() {
  const Fault fault = backend_->fault();
  if (fault.kind == FaultKind::None) return;
  backend_->clearFault();
  beamChanged();
  throw TrackingFault(fault);
}

}  // namespace unkick
