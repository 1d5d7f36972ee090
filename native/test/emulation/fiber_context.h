// Where a stack's execution stands, and changing from one to another. ucontext does it everywhere but asks
// the kernel for the signal mask at every change, which was half of the test programs' time: on x86-64 the
// change is written out, six registers and the stack pointer.
#pragma once

#include <cstddef>
#include <cstdint>

#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace unkick::emulation {

#if defined(__x86_64__)

class FiberContext {
 public:
  // `entry` never returns.
  void start(char* stack, std::size_t bytes, void (*entry)()) {
    auto* top = reinterpret_cast<std::uintptr_t*>((reinterpret_cast<std::uintptr_t>(stack) + bytes) & ~std::uintptr_t(15));
    *--top = 0;  // where a return address would be
    *--top = reinterpret_cast<std::uintptr_t>(entry);
    for (int i = 0; i < 6; ++i) *--top = 0;
    stackPointer_ = top;
  }
  void changeTo(const FiberContext& other);

 private:
  void* stackPointer_ = nullptr;
};

#else

class FiberContext {
 public:
  void start(char* stack, std::size_t bytes, void (*entry)()) {
    getcontext(&context_);
    context_.uc_stack.ss_sp = stack;
    context_.uc_stack.ss_size = bytes;
    makecontext(&context_, entry, 0);
  }
  void changeTo(const FiberContext& other) { swapcontext(&context_, &other.context_); }

 private:
  ucontext_t context_ = {};
};

#endif

}  // namespace unkick::emulation
