// What the back end holds of the device: allocations, streams and events.
#pragma once

#include "check.h"

namespace unkick::cuda {

class DeviceMemory {
 public:
  explicit DeviceMemory(std::size_t bytes);
  ~DeviceMemory() { cudaFree(base_); }
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;
  void* base() const { return base_; }

 private:
  void* base_ = nullptr;
};

class Stream {
 public:
  Stream() { check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "creating a stream"); }
  ~Stream() { cudaStreamDestroy(stream_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  operator cudaStream_t() const { return stream_; }
  void wait() const { check(cudaStreamSynchronize(stream_), "waiting for the device"); }

 private:
  cudaStream_t stream_ = nullptr;
};

class Event {
 public:
  Event() { check(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming), "creating an event"); }
  ~Event() { cudaEventDestroy(event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  operator cudaEvent_t() const { return event_; }

 private:
  cudaEvent_t event_ = nullptr;
};

// Copies in the stream's order. A copy from ordinary host memory may still read it when the call returns: CUDA promises
// nothing else. What it reads stays as it is until Stream::wait; so does a result come.
template <class T>
void upload(cudaStream_t stream, T* to, const T* from, std::int64_t count) {
  check(cudaMemcpyAsync(to, from, count * sizeof(T), cudaMemcpyHostToDevice, stream), "copying to the device");
}
template <class T>
void download(cudaStream_t stream, T* to, const T* from, std::int64_t count) {
  check(cudaMemcpyAsync(to, from, count * sizeof(T), cudaMemcpyDeviceToHost, stream), "copying from the device");
}
template <class T>
void copy(cudaStream_t stream, T* to, const T* from, std::int64_t count) {
  check(cudaMemcpyAsync(to, from, count * sizeof(T), cudaMemcpyDeviceToDevice, stream), "copying on the device");
}
template <class T>
void clear(cudaStream_t stream, T* to, std::int64_t count) {
  check(cudaMemsetAsync(to, 0, count * sizeof(T), stream), "clearing device memory");
}

}  // namespace unkick::cuda
