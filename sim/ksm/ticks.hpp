// The kernel's ticks: time is rounded to them where the kernel counts in jiffies.
// Units: HZ ticks a second; `boot` is how long before the run the machine was started, modulo a
// tick it is the phase of the ticks.
#pragma once
#include <cstdint>

#include "sim/base/time.hpp"

namespace ksmsim::ksm {

struct Ticks {
  std::uint32_t hz = 250;
  Duration boot{};

  // The tick within which a moment lies. REQUIRES: t is not before boot.
  std::uint64_t at(Time t) const {
    const auto ns = static_cast<std::uint64_t>((t.time_since_epoch() + boot).count());
    return ns / kSecond * hz + ns % kSecond * hz / kSecond;
  }
  // When a tick begins, rounded up to nanoseconds.
  Time begin(std::uint64_t tick) const {
    const std::uint64_t ns = tick / hz * kSecond + (tick % hz * kSecond + hz - 1) / hz;
    return Time{Duration{static_cast<std::int64_t>(ns)}} - boot;
  }
  // msecs_to_jiffies: rounded up; from 2^31 ms on practically for ever.
  std::uint64_t of_millisecs(std::uint32_t ms) const {
    if (ms > 0x7fffffffu) return std::uint64_t{1} << 61;
    return (std::uint64_t{ms} * hz + 999) / 1000;
  }
  bool operator==(const Ticks&) const = default;

  static constexpr std::uint64_t kSecond = 1'000'000'000;  // Nanoseconds.
};

}  // namespace ksmsim::ksm
