// What both .node files export; which back end it is depends on what they are linked with.
#include <napi.h>
#include <sys/file.h>

#include <cerrno>

#include "convert.h"
#include "engine_object.h"

namespace unkick {

namespace {

Napi::Value about(const Napi::CallbackInfo& info) {
  Napi::Object out = Napi::Object::New(info.Env());
  out.Set("unavailable", backendUnavailable());
  out.Set("details", backendDetails());
  return out;
}

Napi::Value plan(const Napi::CallbackInfo& info) {
  return fromPlan(info.Env(), planMemory(toLine(info[0].ToObject()), toDemand(info[1].ToObject())));
}

Napi::Value cudaPlan(const Napi::CallbackInfo& info) {
  return fromPlan(info.Env(), planCudaMemory(toLine(info[0].ToObject()), toDemand(info[1].ToObject())));
}

Napi::Value liveBytes(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), static_cast<double>(Engine::liveBytes())); }

Napi::Value liveHostBytes(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(Engine::liveHostBytes()));
}

// Takes a lock that ends with the descriptor, and so with the process however that ends; false where another
// holds it. File systems that know no locks grant it.
Napi::Value tryLock(const Napi::CallbackInfo& info) {
  const bool held = flock(info[0].ToNumber().Int32Value(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  return Napi::Boolean::New(info.Env(), !held);
}

}  // namespace

static Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  exports.Set("about", Napi::Function::New(env, about));
  exports.Set("planMemory", Napi::Function::New(env, plan));
  exports.Set("planCudaMemory", Napi::Function::New(env, cudaPlan));
  exports.Set("liveBytes", Napi::Function::New(env, liveBytes));
  exports.Set("liveHostBytes", Napi::Function::New(env, liveHostBytes));
  exports.Set("tryLock", Napi::Function::New(env, tryLock));
  exports.Set("Engine", EngineObject::define(env));
  return exports;
}

}  // namespace unkick

using unkick::initialise;
NODE_API_MODULE(unkick, initialise)
