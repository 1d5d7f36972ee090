// What happened on several threads, in its order, and a way to hold one of them up until something has.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "engine/fault.h"

namespace unkick::testing {

class EventLog {
 public:
  void add(const std::string& event) {
    const std::lock_guard<std::mutex> lock(mutex_);
    events_.push_back(event);
    added_.notify_all();
  }
  // Returns once the event has happened; throws where it does not: the test would hang.
  void await(const std::string& event) {
    std::unique_lock<std::mutex> lock(mutex_);
    const bool happened = added_.wait_for(lock, std::chrono::seconds(10), [&] { return has(event); });
    if (!happened) throw BackendFailure("waited in vain for '" + event + "'");
  }
  std::vector<std::string> events() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return events_;
  }
  int count(const std::string& event) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return static_cast<int>(std::count(events_.begin(), events_.end(), event));
  }

 private:
  bool has(const std::string& event) const { return std::find(events_.begin(), events_.end(), event) != events_.end(); }

  mutable std::mutex mutex_;
  std::condition_variable added_;
  std::vector<std::string> events_;
};

}  // namespace unkick::testing
