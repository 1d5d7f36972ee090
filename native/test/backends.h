// The back ends that this program is linked with, by name: "CPU", "CUDA", "CUDA emulated".
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/precision.h"

namespace unkick::testing {

// Those that can be used here.
std::vector<std::string> usableBackends();
// Why this program's device cannot be used; empty if it can, or if it needs none.
std::string deviceUnavailable();

// In the emulation, arenas have guarded gaps between their regions, unless this says otherwise: then they
// are as planned.
void guardArenas(bool on);

// Back ends made from now on tell it, before they do them, of "run I", "adjoint I" (I a step), "download" and
// "upload"; copies are told of on another thread. An empty function ends that.
using Watcher = std::function<void(const std::string& event)>;
void watchBackends(Watcher watcher);

// Engines made while this lives run on the named back end, and cases are of the given precision.
class UseBackend {
 public:
  explicit UseBackend(const std::string& name, Precision precision = Precision::F64);
  ~UseBackend();
  UseBackend(const UseBackend&) = delete;
  UseBackend& operator=(const UseBackend&) = delete;

 private:
  std::string before_;
  Precision precisionBefore_;
};
Precision usedPrecision();
const char* precisionName(Precision precision);

}  // namespace unkick::testing
