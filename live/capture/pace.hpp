// The time of a capture, and how much of a core it may use.
#pragma once
#include <cstdint>

#include "sim/base/time.hpp"

namespace ksmsim::live::capture {

class Pace {
 public:
  // Time begins now. At most so much of one core is used, from 1 to 100 percent.
  explicit Pace(unsigned cpu_percent);

  // Since the beginning.
  Time now() const;
  // The same for a moment that is told in seconds since the machine started.
  Time at_uptime(double seconds) const;
  // Work begins: from here on rest() keeps the share.
  void begin_work();
  // Sleeps as long as the work since begin_work() has used more than its share.
  void rest() const;
  // Sleeps until then, or for a tenth of a second, whatever comes first.
  void sleep(Time until) const;

 private:
  unsigned cpu_percent_;
  std::int64_t begin_ns_ = 0;  // Of the monotonic clock.
  std::int64_t begin_boot_ns_ = 0;
  Time work_begin_;
  std::int64_t work_begin_cpu_ns_ = 0;
};

}  // namespace ksmsim::live::capture
