#include "fiber.h"

#include "fiber_context.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace unkick::emulation {

namespace {

constexpr std::size_t kStackBytes = 128 * 1024;

// A fiber's entry takes no argument; the pool that starts one leaves itself here.
FiberPool* starting = nullptr;

}  // namespace

struct FiberPool::Fiber {
  FiberContext context;
  std::unique_ptr<char[]> stack;
  void* shadow = nullptr;       // of the address sanitizer, which must be told of every change of stack
  const void* stackBase = nullptr;
  std::size_t stackBytes = 0;
};

FiberPool::FiberPool(std::function<void()> work) : work_(std::move(work)), outside_(std::make_unique<Fiber>()) {}
FiberPool::~FiberPool() = default;

unsigned FiberPool::idle() {
  if (!idle_.empty()) {
    const unsigned fiber = idle_.back();
    idle_.pop_back();
    return fiber;
  }
  auto fiber = std::make_unique<Fiber>();
  fiber->stack.reset(new char[kStackBytes]);  // untouched pages cost nothing
  fiber->stackBase = fiber->stack.get();
  fiber->stackBytes = kStackBytes;
  fiber->context.start(fiber->stack.get(), kStackBytes, &FiberPool::enter);
  fibers_.push_back(std::move(fiber));
  return static_cast<unsigned>(fibers_.size() - 1);
}

void FiberPool::resume(unsigned number) {
  Fiber& fiber = *fibers_[number];
  current_ = number;
  starting = this;
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(&outside_->shadow, fiber.stackBase, fiber.stackBytes);
#endif
  outside_->context.changeTo(fiber.context);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(outside_->shadow, nullptr, nullptr);
#endif
  if (!failure_) return;
  const std::exception_ptr failure = failure_;
  abandon();
  std::rethrow_exception(failure);
}

void FiberPool::yield() {
  Fiber& fiber = *fibers_[current_];
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(&fiber.shadow, outside_->stackBase, outside_->stackBytes);
#endif
  fiber.context.changeTo(outside_->context);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(fiber.shadow, &outside_->stackBase, &outside_->stackBytes);
#endif
}

void FiberPool::enter() {
  FiberPool& pool = *starting;
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(nullptr, &pool.outside_->stackBase, &pool.outside_->stackBytes);
#endif
  for (;;) {
    const unsigned self = pool.current_;
    try {
      pool.work_();
    } catch (...) {
      pool.failure_ = std::current_exception();
    }
    pool.idle_.push_back(self);
    pool.yield();
  }
}

void FiberPool::abandon() {
  fibers_.clear();
  idle_.clear();
  failure_ = nullptr;
}

}  // namespace unkick::emulation
