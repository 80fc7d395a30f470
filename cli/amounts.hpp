// Amounts as people type them: "10s", "1.5m", "64M", and as they read them: "1 guest".
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

// "1 guest", "2 guests".
std::string counted(std::uint64_t number, const char* one);

}  // namespace ksmsim::cli
