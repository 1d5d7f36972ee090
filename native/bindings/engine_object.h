// The engine as a JavaScript object. Typed arrays bound to it are held alive until they are replaced.
#pragma once

#include <napi.h>

#include <algorithm>
#include <atomic>
#include <cstring>

#include "../engine/engine.h"
#include "work_thread.h"

namespace unkick {

class EngineObject : public Napi::ObjectWrap<EngineObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit EngineObject(const Napi::CallbackInfo& info);

 private:
  // Where arrays are bound to.
  enum Binding { Beam, State, Cotangent, Adjoint, NewState, kBindings };

  Napi::Value allocate(const Napi::CallbackInfo& info);
  Napi::Value setLine(const Napi::CallbackInfo& info);
  Napi::Value bind(const Napi::CallbackInfo& info);
  Napi::Value setTurns(const Napi::CallbackInfo& info);
  Napi::Value execute(const Napi::CallbackInfo& info);
  Napi::Value abort(const Napi::CallbackInfo& info);
  Napi::Value observation(const Napi::CallbackInfo& info);
  Napi::Value setMomentCotangent(const Napi::CallbackInfo& info);
  Napi::Value gradient(const Napi::CallbackInfo& info);
  Napi::Value setGradient(const Napi::CallbackInfo& info);
  Napi::Value losses(const Napi::CallbackInfo& info);
  Napi::Value actionSeconds(const Napi::CallbackInfo& info);
  Napi::Value reports(const Napi::CallbackInfo& info);
  Napi::Value memory(const Napi::CallbackInfo& info);
  Napi::Value device(const Napi::CallbackInfo& info);
  Napi::Value clearTape(const Napi::CallbackInfo& info);
  Napi::Value dispose(const Napi::CallbackInfo& info);

  Engine& idleEngine(const char* what);
  void busy(bool on);

  Line line_;
  Demand demand_;
  Headroom headroom_ = 1;
  std::unique_ptr<Engine> engine_;
  WorkThread thread_;  // computes; joined before the engine goes
  Napi::Reference<Napi::Array> arrays_[kBindings];
  std::atomic<bool> abort_{false};
  bool busy_ = false;
  bool disposed_ = false;
};

}  // namespace unkick
