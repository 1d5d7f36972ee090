// From JavaScript values to the engine's types. TypeScript has checked what users typed; the checks here
// keep a wrong call from crashing the process.
#pragma once

#include <napi.h>

#include "../engine/engine.h"

namespace unkick {

Line toLine(const Napi::Object& spec);
Demand toDemand(const Napi::Object& spec);
std::vector<Action> toActions(const Napi::Int32Array& packed);
Napi::Object fromPlan(Napi::Env env, const MemoryPlan& plan);
Napi::Error fromFault(Napi::Env env, const Fault& fault, const std::string& message);

// The data of a Float64Array of exactly `length`, or of null where that is allowed.
double* dataOf(const Napi::Value& value, std::int64_t length, const char* what);

// The same of an Int32Array.
std::int32_t* integersOf(const Napi::Value& value, std::int64_t length, const char* what);

}  // namespace unkick
