// Whether this machine can run the CUDA back end, and what is known of its device and libraries.
#pragma once

#include <string>

namespace unkick::cuda {

// Why it cannot; empty if it can.
std::string unavailable();
// One "name: value" per line.
std::string details();

}  // namespace unkick::cuda
