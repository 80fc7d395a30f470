// Something that happens at a rate, done in ticks of a second: whole pages (or extents of them)
// come due, and what is left of one waits for the next tick, so that nothing is lost to rounding.
#pragma once
#include <chrono>
#include <cstdint>

#include "models/activity.hpp"
#include "sim/base/time.hpp"

namespace ksmsim::models {

inline constexpr Duration kTick = std::chrono::seconds(1);

class Pace {
 public:
  // `pages_per_hour` at full activity, handed out in units of `unit` pages.
  // REQUIRES: pages_per_hour < 2^43, 0 < unit < 2^20.
  explicit Pace(std::uint64_t pages_per_hour, std::uint64_t unit = 1)
      : pages_per_hour_(pages_per_hour), whole_(3600 * kWholePpm * unit) {}

  bool stands_still() const { return pages_per_hour_ == 0; }
  // Units that are due after one more tick at this activity.
  std::uint64_t take(std::uint64_t level_ppm) {
    owed_ += pages_per_hour_ * level_ppm;
    const std::uint64_t due = owed_ / whole_;
    owed_ %= whole_;
    return due;
  }

 private:
  std::uint64_t pages_per_hour_;
  std::uint64_t whole_;     // What one unit is in pages an hour, ppm and ticks.
  std::uint64_t owed_ = 0;  // Below whole_ between ticks.
};

}  // namespace ksmsim::models
