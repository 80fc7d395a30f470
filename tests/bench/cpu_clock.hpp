// CPU time of this thread, with what the kernel does for it (page faults). Units: nanoseconds.
#pragma once
#include <ctime>

namespace ksmsim::bench {

inline double cpu_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

}  // namespace ksmsim::bench
