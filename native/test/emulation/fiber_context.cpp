#include "fiber_context.h"

#if defined(__x86_64__)

// void unkickChangeStack(void** from, void* to): what a called function must preserve goes onto the old
// stack and comes from the new one.
asm(R"(
.text
.hidden unkickChangeStack
.globl unkickChangeStack
.type unkickChangeStack, @function
unkickChangeStack:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size unkickChangeStack, .-unkickChangeStack
)");
extern "C" void unkickChangeStack(void** from, void* to);

void unkick::emulation::FiberContext::changeTo(const FiberContext& other) { unkickChangeStack(&stackPointer_, other.stackPointer_); }

#endif
