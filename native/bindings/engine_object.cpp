#include "engine_object.h"

#include "convert.h"
#include "workers.h"

namespace unkick {

Napi::Function EngineObject::define(Napi::Env env) {
  return DefineClass(env, "Engine",
                     {InstanceMethod("allocate", &EngineObject::allocate), InstanceMethod("bind", &EngineObject::bind),
                      InstanceMethod("setLine", &EngineObject::setLine),
                      InstanceMethod("setTurns", &EngineObject::setTurns),
                      InstanceMethod("execute", &EngineObject::execute), InstanceMethod("abort", &EngineObject::abort),
                      InstanceMethod("observation", &EngineObject::observation),
                      InstanceMethod("setMomentCotangent", &EngineObject::setMomentCotangent),
                      InstanceMethod("gradient", &EngineObject::gradient), InstanceMethod("reports", &EngineObject::reports),
                      InstanceMethod("memory", &EngineObject::memory), InstanceMethod("device", &EngineObject::device),
                      InstanceMethod("setGradient", &EngineObject::setGradient),
                      InstanceMethod("losses", &EngineObject::losses), InstanceMethod("actionSeconds", &EngineObject::actionSeconds),
                      InstanceMethod("clearTape", &EngineObject::clearTape), InstanceMethod("dispose", &EngineObject::dispose)});
}

EngineObject::EngineObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  line_ = toLine(info[0].ToObject());
  demand_ = toDemand(info[1].ToObject());
  const double* headroom = dataOf(info[2], kCoordinates, "headroom");
  if (!headroom) throw std::invalid_argument("headroom is needed");
  for (int c = 0; c < kCoordinates; ++c) {
    if (!(headroom[c] >= 1 && headroom[c] <= 0x1p40)) throw std::invalid_argument("headroom must lie in [1, 2^40]");
    headroom_.of[c] = headroom[c];
  }
}

Engine& EngineObject::idleEngine(const char* what) {
  if (disposed_) throw std::runtime_error(std::string(what) + ": the engine is disposed");
  if (busy_) throw std::runtime_error(std::string(what) + ": the engine is at work");
  if (!engine_) throw std::runtime_error(std::string(what) + ": the engine has no memory yet");
  return *engine_;
}

void EngineObject::busy(bool on) {
  busy_ = on;
  // Keeps this object, and with it the bound arrays, alive while a worker uses them.
  if (on) {
    Ref();
  } else {
    Unref();
  }
}

Napi::Value EngineObject::allocate(const Napi::CallbackInfo& info) {
  if (disposed_ || busy_ || engine_) throw std::runtime_error("allocate: not a new engine");
  busy(true);
  return PromiseWorker::start(new PromiseWorker(
      info.Env(),
      [this](const PromiseWorker::Report&) { thread_.run([this] { engine_ = std::make_unique<Engine>(line_, demand_, headroom_); }); },
      [](Napi::Env env) { return env.Undefined(); }, [this] { busy(false); }, info.Env().Undefined()));
}

// Boolean: whether the line has the shape of the engine's, and its numbers are the engine's from now on.
Napi::Value EngineObject::setLine(const Napi::CallbackInfo& info) {
  Engine& engine = idleEngine("setLine");
  return Napi::Boolean::New(info.Env(), engine.setLine(toLine(info[0].ToObject())));
}

// bind(where, coordinates[6] | null, charges | null); for a new state the last are Int32 losses.
Napi::Value EngineObject::bind(const Napi::CallbackInfo& info) {
  Engine& engine = idleEngine("bind");
  const int where = info[0].ToNumber().Int32Value();
  if (where < 0 || where >= kBindings) throw std::invalid_argument("bind: unknown place");
  const std::int64_t n = demand_.particles;
  double* coordinates[kCoordinates] = {};
  if (info[1].IsArray()) {
    const Napi::Array list = info[1].As<Napi::Array>();
    for (std::uint32_t c = 0; c < kCoordinates; ++c) coordinates[c] = dataOf(list.Get(c), n, "coordinates");
  }
  std::int32_t* losses = where == NewState ? integersOf(info[2], n, "losses") : nullptr;
  double* charges = where == NewState ? nullptr : dataOf(info[2], n, "charges");
  const bool whole = std::all_of(coordinates, coordinates + kCoordinates, [](double* p) { return p != nullptr; });
  if ((where == Beam || where == State || where == NewState) && !whole) throw std::invalid_argument("bind: six coordinates are needed");
  if (where == Beam && !charges) throw std::invalid_argument("bind: charges are needed");

  HostArrays& host = engine.host;
  for (int c = 0; c < kCoordinates; ++c) {
    if (where == State) host.state[c] = coordinates[c];
    if (where == Cotangent) host.cotangent[c] = coordinates[c];
    if (where == Adjoint) host.adjoint[c] = coordinates[c];
    if (where == NewState) host.newState[c] = coordinates[c];
  }
  if (where == Beam) {
    HostBeam beam = {{}, charges, n};
    std::copy(coordinates, coordinates + kCoordinates, beam.coordinates);
    engine.begin(beam);
  }
  if (where == Cotangent) host.chargesCotangent = charges;
  if (where == Adjoint) host.chargesBar = charges;
  if (where == NewState) host.newLosses = losses;

  Napi::Array held = Napi::Array::New(info.Env(), 2);
  held.Set(0u, info[1]);
  held.Set(1u, info[2]);
  arrays_[where] = Napi::Persistent(held);
  return info.Env().Undefined();
}

Napi::Value EngineObject::setTurns(const Napi::CallbackInfo& info) {
  idleEngine("setTurns").setTurns(info[0].ToNumber().Int64Value());
  return info.Env().Undefined();
}

Napi::Value EngineObject::execute(const Napi::CallbackInfo& info) {
  Engine& engine = idleEngine("execute");
  if (!info[0].IsTypedArray() || info[0].As<Napi::TypedArray>().TypedArrayType() != napi_int32_array) {
    throw std::invalid_argument("execute: actions must be an Int32Array");
  }
  const std::vector<Action> actions = toActions(info[0].As<Napi::Int32Array>());
  for (const Action& a : actions) {
    if (a.op == Op::Load && !engine.host.beam.charges) throw std::invalid_argument("execute: no beam is bound");
    if (a.op == Op::ReadState && !engine.host.state[0]) throw std::invalid_argument("execute: no arrays are bound for the state");
  }
  abort_ = false;
  engine.timeActions = info[2].ToBoolean().Value();
  busy(true);
  const auto finished = std::make_shared<bool>(false);
  return PromiseWorker::start(new PromiseWorker(
      info.Env(),
      [this, actions, finished](const PromiseWorker::Report& report) {
        thread_.run([&] { *finished = engine_->execute(actions, abort_, report); });
      },
      [finished](Napi::Env env) { return Napi::Boolean::New(env, *finished); }, [this] { busy(false); }, info[1]));
}

Napi::Value EngineObject::abort(const Napi::CallbackInfo& info) {
  abort_ = true;
  return info.Env().Undefined();
}

Napi::Value EngineObject::observation(const Napi::CallbackInfo& info) {
  const std::uint32_t slot = info[0].ToNumber().Uint32Value();
  if (slot >= static_cast<std::uint32_t>(demand_.observations)) throw std::invalid_argument("observation: no such slot");
  Napi::Float64Array out = Napi::Float64Array::New(info.Env(), kObservation);
  idleEngine("observation").readObservation(static_cast<int>(slot), out.Data());
  return out;
}

Napi::Value EngineObject::setMomentCotangent(const Napi::CallbackInfo& info) {
  const std::uint32_t slot = info[0].ToNumber().Uint32Value();
  if (slot >= static_cast<std::uint32_t>(demand_.observations)) throw std::invalid_argument("setMomentCotangent: no such slot");
  const double* mean = dataOf(info[1], kCoordinates, "mean");
  const double* covariance = dataOf(info[2], kCoordinates * kCoordinates, "covariance");
  if (!mean || !covariance) throw std::invalid_argument("setMomentCotangent: mean and covariance are needed");
  idleEngine("setMomentCotangent").setMomentCotangent(static_cast<int>(slot), mean, covariance);
  return info.Env().Undefined();
}

// By every coefficient of every map, and every slot of a kick, [line.sums]; as far as the reverse sweep has come.
Napi::Value EngineObject::gradient(const Napi::CallbackInfo& info) {
  Engine& engine = idleEngine("gradient");
  Napi::Float64Array out = Napi::Float64Array::New(info.Env(), engine.line().sums);
  engine.readGradient(out.Data());
  return out;
}

// For a sweep that goes on from a journal.
Napi::Value EngineObject::setGradient(const Napi::CallbackInfo& info) {
  Engine& engine = idleEngine("setGradient");
  const double* gradient = dataOf(info[0], engine.line().sums, "gradient");
  if (!gradient) throw std::invalid_argument("setGradient: a gradient is needed");
  engine.writeGradient(gradient);
  return info.Env().Undefined();
}

// Int32Array [particles]: which aperture took each, or 2^31 - 1.
Napi::Value EngineObject::losses(const Napi::CallbackInfo& info) {
  Napi::Int32Array out = Napi::Int32Array::New(info.Env(), demand_.particles);
  idleEngine("losses").readLosses(out.Data());
  return out;
}

Napi::Value EngineObject::actionSeconds(const Napi::CallbackInfo& info) {
  const std::vector<double>& seconds = idleEngine("actionSeconds").actionSeconds();
  Napi::Float64Array out = Napi::Float64Array::New(info.Env(), seconds.size());
  std::copy(seconds.begin(), seconds.end(), out.Data());
  return out;
}

// Float64Array [kicks][7]: centre, half widths, charge outside.
Napi::Value EngineObject::reports(const Napi::CallbackInfo& info) {
  const std::vector<KickReport> reports = idleEngine("reports").reports();
  constexpr std::size_t kNumbers = sizeof(KickReport) / sizeof(double);
  Napi::Float64Array out = Napi::Float64Array::New(info.Env(), reports.size() * kNumbers);
  if (!reports.empty()) std::memcpy(out.Data(), reports.data(), reports.size() * sizeof(KickReport));
  return out;
}

Napi::Value EngineObject::memory(const Napi::CallbackInfo& info) { return fromPlan(info.Env(), idleEngine("memory").memory()); }

Napi::Value EngineObject::device(const Napi::CallbackInfo& info) {
  const DeviceReport report = idleEngine("device").device();
  Napi::Object out = Napi::Object::New(info.Env());
  out.Set("name", report.name);
  out.Set("threads", report.threads);
  out.Set("freeBytes", static_cast<double>(report.freeBytes));
  out.Set("totalBytes", static_cast<double>(report.totalBytes));
  return out;
}

// Ends a run; a promise, because a transfer may be under way.
Napi::Value EngineObject::clearTape(const Napi::CallbackInfo& info) {
  idleEngine("clearTape");
  busy(true);
  return PromiseWorker::start(new PromiseWorker(
      info.Env(), [this](const PromiseWorker::Report&) { engine_->clearTape(); }, [](Napi::Env env) { return env.Undefined(); },
      [this] { busy(false); }, info.Env().Undefined()));
}

Napi::Value EngineObject::dispose(const Napi::CallbackInfo& info) {
  if (busy_) throw std::runtime_error("dispose: the engine is at work");
  disposed_ = true;
  engine_.reset();
  for (Napi::Reference<Napi::Array>& held : arrays_) held.Reset();
  return info.Env().Undefined();
}

}  // namespace unkick
