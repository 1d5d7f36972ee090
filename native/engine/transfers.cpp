#include "transfers.h"

namespace unkick {

Transfers::~Transfers() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
    jobs_.clear();
  }
  queued_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Transfers::start(int from, int to, std::function<void()> work) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!thread_.joinable()) thread_ = std::thread([this] { loop(); });
  const std::int64_t number = ++started_;
  lastOf_[from] = lastOf_[to] = number;
  jobs_.push_back({number, std::move(work)});
  queued_.notify_one();
}

void Transfers::wait(int slot) {
  std::unique_lock<std::mutex> lock(mutex_);
  const auto last = lastOf_.find(slot);
  wait(lock, last == lastOf_.end() ? 0 : last->second);
}

void Transfers::waitAll() {
  std::unique_lock<std::mutex> lock(mutex_);
  wait(lock, started_);
}

void Transfers::wait(std::unique_lock<std::mutex>& lock, std::int64_t job) {
  done_.wait(lock, [&] { return finished_ >= job; });
  if (!failure_) return;
  const std::exception_ptr failure = failure_;
  failure_ = nullptr;
  std::rethrow_exception(failure);
}

void Transfers::loop() {
  for (;;) {
    Job job;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      queued_.wait(lock, [&] { return stop_ || !jobs_.empty(); });
      if (stop_) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    std::exception_ptr failure;
    try {
      job.work();
    } catch (...) {
      failure = std::current_exception();
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    finished_ = job.number;
    if (failure && !failure_) failure_ = failure;
    done_.notify_all();
  }
}

}  // namespace unkick
