// Times between events that happen by chance at a rate: exponential, of whole numbers only.
#pragma once
#include <cstdint>

#include "sim/base/random.hpp"
#include "sim/base/time.hpp"

namespace ksmsim::models {

// An exponential time with this mean, in whole nanoseconds, rounded down.
// REQUIRES: 0 <= mean < 2^56 ns, two years.
//
// By von Neumann's method: of numbers that are drawn until one is not below the one before it, the
// first is the fraction if an odd number of them descended; each further try adds a whole mean.
inline Duration exponential(Duration mean, RandomStream& random) {
  constexpr std::uint64_t kOne = std::uint64_t{1} << 32;  // Fractions have 32 binary places.
  const auto ns = static_cast<std::uint64_t>(mean.count());
  for (std::uint64_t tries = 0;; ++tries) {
    const std::uint64_t fraction = random.below(kOne);
    bool odd = true;
    for (std::uint64_t last = fraction;; odd = !odd) {
      const std::uint64_t drawn = random.below(kOne);
      if (drawn >= last) break;
      last = drawn;
    }
    if (!odd) continue;
    const std::uint64_t part = ns / kOne * fraction + ns % kOne * fraction / kOne;
    return Duration{static_cast<std::int64_t>(ns * tries + part)};
  }
}

}  // namespace ksmsim::models
