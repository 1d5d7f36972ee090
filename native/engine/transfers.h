// Transfers between tiers go on while the sweep computes. Those that the disk takes part in have a thread of
// their own, so that nothing else queues behind a slow disk. A thread does its transfers in the order in which
// they were asked for, each after all earlier ones that touch the same bytes; so does the sweep, which waits
// for nothing else.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

namespace unkick {

// Bytes of a tier's memory; on disk, where slots are files, slots.
struct Span {
  int tier;
  std::size_t offset;
  std::size_t bytes;
};

class Transfers {
 public:
  enum Lane { Memory, Disk, kLanes };

  Transfers() = default;
  ~Transfers();
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;

  // Queues work that reads or writes the spans.
  void start(Lane lane, std::vector<Span> touched, std::function<void()> work);
  // Waits until no transfer touches the span, or any at all. Once a transfer has failed both throw what it
  // threw, until `drop`: what came after it is worth nothing.
  void wait(const Span& span);
  void settle();
  // Forgets failures and whatever has not begun; returns when nothing is under way.
  void drop();

 private:
  struct Job {
    Lane lane;
    std::vector<Span> touched;
    std::function<void()> work;
    bool running = false;
  };
  using Jobs = std::list<Job>;

  void loop(Lane lane);
  Jobs::iterator nextOf(Lane lane);
  template <class Done>
  void waitFor(Done&& done);

  std::mutex mutex_;
  std::condition_variable changed_;
  Jobs jobs_;  // unfinished, in the order in which they were asked for
  std::exception_ptr failure_;
  bool stop_ = false;
  std::thread threads_[kLanes];  // made with their first transfer
};

}  // namespace unkick
