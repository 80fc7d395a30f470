// Amounts as people type them: "10s", "1.5m", "64M".
#pragma once
#include <cstdint>
#include <string>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"

namespace ksmsim::cli {

// A time: a number, then ms, s, m, h or d; without a unit, seconds. Above 0, at most 10 years.
Result<Duration> parse_duration(const std::string& text);
// Bytes: a whole number, then K, M, G or T (of 1024), with or without iB or B. At most 2^60.
Result<std::uint64_t> parse_bytes(const std::string& text);

}  // namespace ksmsim::cli
