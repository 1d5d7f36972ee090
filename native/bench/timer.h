// Two clocks: the wall's, and the processor time of this process, which other work on the machine does not lengthen. The
// second is for one thread: it adds up what several take, and knows nothing of a device.
#pragma once

#include <time.h>

namespace unkick::bench {

enum class Clock { Wall, Processor };

inline double secondsNow(Clock clock) {
  timespec now;
  clock_gettime(clock == Clock::Wall ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class F>
double secondsOf(Clock clock, F&& work) {
  const double started = secondsNow(clock);
  work();
  return secondsNow(clock) - started;
}

}  // namespace unkick::bench
