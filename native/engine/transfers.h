// Transfers between tiers go on while the sweep computes: one thread does them in the order in which they
// were asked for, and whoever needs a slot waits for the last transfer that touches it.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace unkick {

class Transfers {
 public:
  Transfers() = default;
  ~Transfers();
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;

  // Queues a transfer that reads slot `from` and writes slot `to`.
  void start(int from, int to, std::function<void()> work);
  // Waits until no queued transfer touches the slot; throws what the transfers before it threw.
  void wait(int slot);
  void waitAll();

 private:
  void loop();
  void wait(std::unique_lock<std::mutex>& lock, std::int64_t job);

  struct Job {
    std::int64_t number;
    std::function<void()> work;
  };
  std::mutex mutex_;
  std::condition_variable queued_, done_;
  std::deque<Job> jobs_;
  std::map<int, std::int64_t> lastOf_;  // slot -> last job that touches it
  std::int64_t started_ = 0, finished_ = 0;
  std::exception_ptr failure_;
  bool stop_ = false;
  std::thread thread_;  // made with the first transfer
};

}  // namespace unkick
