// Figures as people read them: every one with its unit.
#pragma once
#include <cstdint>
#include <string>

#include "sim/base/ids.hpp"

namespace ksmsim::viz {

// Bytes of a page, for sums that may be negative.
inline constexpr auto kPage = static_cast<std::int64_t>(kPageBytes);

// A size in bytes with a binary unit: "412.0 KiB", "-3.2 MiB", "17 bytes".
std::string bytes_text(std::int64_t bytes);
inline std::string kb_text(std::int64_t kb) { return bytes_text(kb * 1024); }

inline double in_seconds(std::int64_t ns) { return static_cast<double>(ns) / 1e9; }
// A length of time: "850 ms", "92.4 s", "12 min 30 s", "3 h 05 min".
std::string seconds_text(double seconds);

// A line of a summary: what it is, and behind that, in a column, how much.
std::string figure_line(const std::string& what, const std::string& value);

}  // namespace ksmsim::viz
