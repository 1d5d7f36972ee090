// What both .node files export; which back end it is depends on what they are linked with.
#include <napi.h>

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

}  // namespace

static Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  exports.Set("about", Napi::Function::New(env, about));
  exports.Set("planMemory", Napi::Function::New(env, plan));
  exports.Set("planCudaMemory", Napi::Function::New(env, cudaPlan));
  exports.Set("liveBytes", Napi::Function::New(env, liveBytes));
  exports.Set("Engine", EngineObject::define(env));
  return exports;
}

}  // namespace unkick

using unkick::initialise;
NODE_API_MODULE(unkick, initialise)
