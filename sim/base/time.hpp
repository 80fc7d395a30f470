// Virtual time: an integer count of nanoseconds since the start of a run. Nothing here reads a
// real clock; only the event loop of a Run moves time forward.
#pragma once
#include <chrono>
#include <cstdint>

namespace ksmsim {

// The clock that time points belong to. It has no now(): time is passed in.
struct VirtualClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<VirtualClock>;
  static constexpr bool is_steady = true;
};

using Duration = VirtualClock::duration;
using Time = VirtualClock::time_point;

inline constexpr Time kStart{};              // The beginning of a run.
inline constexpr Time kNever = Time::max();  // Later than everything that happens.

// Whole nanoseconds since the start of the run.
constexpr std::int64_t nanoseconds(Time t) { return t.time_since_epoch().count(); }
constexpr Time at_nanoseconds(std::int64_t ns) { return Time{Duration{ns}}; }

}  // namespace ksmsim
