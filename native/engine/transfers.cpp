#include "transfers.h"

#include <algorithm>

namespace unkick {

namespace {

bool overlap(const Span& a, const Span& b) {
  return a.tier == b.tier && a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
}

bool touches(const std::vector<Span>& spans, const Span& span) {
  return std::any_of(spans.begin(), spans.end(), [&](const Span& own) { return overlap(own, span); });
}

}  // namespace

Transfers::~Transfers() {
  drop();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void Transfers::start(Lane lane, std::vector<Span> touched, std::function<void()> work) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!threads_[lane].joinable()) threads_[lane] = std::thread([this, lane] { loop(lane); });
  jobs_.push_back({lane, std::move(touched), std::move(work)});
  changed_.notify_all();
}

template <class Done>
void Transfers::waitFor(Done&& done) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [&] { return failure_ || done(); });
  if (failure_) std::rethrow_exception(failure_);
}

void Transfers::wait(const Span& span) {
  waitFor([&] { return std::none_of(jobs_.begin(), jobs_.end(), [&](const Job& job) { return touches(job.touched, span); }); });
}

void Transfers::settle() {
  waitFor([&] { return jobs_.empty(); });
}

void Transfers::drop() {
  std::unique_lock<std::mutex> lock(mutex_);
  jobs_.remove_if([](const Job& job) { return !job.running; });
  changed_.wait(lock, [&] { return jobs_.empty(); });
  failure_ = nullptr;
}

// The lane's first, unless an earlier one of another lane is in its way.
Transfers::Jobs::iterator Transfers::nextOf(Lane lane) {
  const auto next = std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& job) { return job.lane == lane; });
  if (next == jobs_.end()) return next;
  const bool blocked = std::any_of(jobs_.begin(), next, [&](const Job& earlier) {
    return std::any_of(next->touched.begin(), next->touched.end(), [&](const Span& span) { return touches(earlier.touched, span); });
  });
  return blocked ? jobs_.end() : next;
}

void Transfers::loop(Lane lane) {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    Jobs::iterator next = jobs_.end();
    changed_.wait(lock, [&] { return stop_ || (next = nextOf(lane)) != jobs_.end(); });
    if (stop_) return;
    next->running = true;
    lock.unlock();
    std::exception_ptr failure;
    try {
      next->work();
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (!failure_) failure_ = failure;
    jobs_.erase(next);
    changed_.notify_all();
  }
}

}  // namespace unkick
