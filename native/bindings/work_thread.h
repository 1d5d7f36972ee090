// A thread of an engine's own. Node's pool hands each call to another of its threads, and OpenMP keeps a team for every
// thread that it is called from: with more teams than processors its threads sleep and wake at every barrier.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace unkick {

class WorkThread {
 public:
  WorkThread() = default;
  // Nothing may be running.
  ~WorkThread();
  WorkThread(const WorkThread&) = delete;
  WorkThread& operator=(const WorkThread&) = delete;

  // Runs `work` there, and returns once it is done or has thrown. One call at a time.
  void run(const std::function<void()>& work);

 private:
  void serve();

  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void()>* work_ = nullptr;  // what is to be done, nullptr when it is
  std::exception_ptr thrown_;
  bool stopping_ = false;
  std::thread thread_;  // started by the first call
};

}  // namespace unkick
