// Stacks that take turns on one thread of the operating system.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <vector>

namespace unkick::emulation {

class FiberPool {
 public:
  // work: what a fiber that has nothing to go on with does.
  explicit FiberPool(std::function<void()> work);
  ~FiberPool();
  FiberPool(const FiberPool&) = delete;
  FiberPool& operator=(const FiberPool&) = delete;

  // Starts a fiber's work, or goes on with it where it yielded, until it yields or is done. Throws what the
  // work throws.
  void resume(unsigned fiber);
  // From inside a fiber: back to whoever resumed it.
  void yield();
  // A fiber that is doing nothing, made if need be.
  unsigned idle();
  unsigned current() const { return current_; }
  // Forgets all fibers, whatever they were doing.
  void abandon();

 private:
  struct Fiber;
  static void enter();

  std::function<void()> work_;
  std::vector<std::unique_ptr<Fiber>> fibers_;
  std::vector<unsigned> idle_;
  std::unique_ptr<Fiber> outside_;
  std::exception_ptr failure_;
  unsigned current_ = 0;
};

}  // namespace unkick::emulation
