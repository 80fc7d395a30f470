// When a sleep ends: the kernel's timer wheel (4.8 and later). A sleep of n ticks, begun within
// tick J, ends at the beginning of tick J + n + 1; from 63 ticks on it is rounded up to 8 ticks,
// from 504 on to 64, and so on by factors of 8.
#pragma once
#include <cstdint>

#include "sim/ksm/ticks.hpp"

namespace ksmsim::host {

inline Time sleep_end(const ksm::Ticks& ticks, Time begin, std::uint32_t millisecs) {
  const std::uint64_t n = ticks.of_millisecs(millisecs);
  if (n == 0) return begin;
  if (n > std::uint64_t{0xffffffff}) return kNever;  // 2^31 ms and more: for ever.
  unsigned shift = 0;
  while (n >= std::uint64_t{63} << shift) shift += 3;
  const std::uint64_t expires = ticks.at(begin) + n;
  return ticks.begin(((expires >> shift) + 1) << shift);
}

}  // namespace ksmsim::host
