// What the device could do at best, measured beside the stages: a copy in its memory, and the transforms of a kick without
// anything around them. One implementation per back end.
#pragma once

#include <cstddef>
#include <memory>

namespace unkick::bench {

class Probe {
 public:
  virtual ~Probe() = default;
  // Each returns when the device is done.
  // Copies the front half of `bytes` of device memory onto the back half: as many bytes are moved.
  virtual void copy() = 0;
  // Real rows to the padded spectrum, and back.
  virtual void forwardTransforms() = 0;
  virtual void backwardTransforms() = 0;
  // Of a Green function's octant, along all three axes.
  virtual void cosineTransforms() = 0;
};

// Device memory that the driver calls free; 0 on the CPU.
std::size_t freeDeviceBytes();

// nodes: [3]. bytes: of memory that the copy goes through.
std::unique_ptr<Probe> makeProbe(const int* nodes, int threads, std::size_t bytes);

}  // namespace unkick::bench
