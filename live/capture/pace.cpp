#include "live/capture/pace.hpp"

#include <algorithm>
#include <ctime>

namespace ksmsim::live::capture {
namespace {

std::int64_t clock_ns(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void sleep_ns(std::int64_t ns) {
  if (ns <= 0) return;
  const timespec time{ns / 1'000'000'000, ns % 1'000'000'000};
  nanosleep(&time, nullptr);
}

}  // namespace

Pace::Pace(unsigned cpu_percent)
    : cpu_percent_(cpu_percent),
      begin_ns_(clock_ns(CLOCK_MONOTONIC)),
      begin_boot_ns_(clock_ns(CLOCK_BOOTTIME)) {}

Time Pace::now() const { return at_nanoseconds(clock_ns(CLOCK_MONOTONIC) - begin_ns_); }

Time Pace::at_uptime(double seconds) const {
  const auto ns = static_cast<std::int64_t>(seconds * 1e9) - begin_boot_ns_;
  return at_nanoseconds(std::max<std::int64_t>(0, ns));
}

void Pace::begin_work() {
  work_begin_ = now();
  work_begin_cpu_ns_ = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

void Pace::rest() const {
  const std::int64_t used = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - work_begin_cpu_ns_;
  const std::int64_t gone = (now() - work_begin_).count();
  const std::int64_t due = used / cpu_percent_ * 100 - gone;
  // Shorter sleeps last longer than asked for.
  if (due > 1'000'000) sleep_ns(due);
}

void Pace::sleep(Time until) const {
  constexpr std::int64_t kMostNs = 100'000'000;
  sleep_ns(std::min(kMostNs, (until - now()).count()));
}

}  // namespace ksmsim::live::capture
