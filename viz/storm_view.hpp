// Unmerge storms in words: broken sharings by cause, what they took, how available memory fell and
// how long it lasted or would have, and what it would take if merged pages diverged at once.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/results/run_result.hpp"

namespace ksmsim::viz {

// MemAvailable at the end of the run, what the host could still give; nothing if its RAM has no
// bound.
std::optional<std::int64_t> available_bytes(const results::RunResult& result);

// How long available memory lasts from where it began to fall in the minute with most breaks: as it
// was, if it came to nothing then; else as it would be if it went on falling as fast.
struct Exhaustion {
  enum class Of { fact, estimate } of = Of::estimate;
  double s = 0;
};
// Nothing without a bound of RAM, a break, or a fall.
std::optional<Exhaustion> exhaustion(const results::RunResult& result);
// The first guest that was killed within a minute of that fall's beginning; null if none was.
const results::OomKill* storm_kill(const results::RunResult& result);
// The most swap that a sample shows in use; nothing if the host has none or is not described.
struct SwapUse {
  std::int64_t end_bytes = 0;
  std::int64_t most_bytes = 0;
  std::int64_t most_at_ns = 0;
};
std::optional<SwapUse> swap_use(const results::RunResult& result);
// What was merged at the largest saving that was counted, if that is more than at the end.
const results::Storm* larger_peak(const results::RunResult& result);

// "a, b, c and 37 more".
std::string guests_text(const std::vector<std::string>& guests);
// "class CLASS in GUESTS".
std::string blast_text(const results::Blast& blast);
// The largest of a class, at the end or at the largest saving, beside what was available: one
// line's value; empty if nothing was merged.
std::string largest_blast_text(const results::RunResult& result);

// What a host may suffer, in one line: who was killed, most swap in use, least available memory;
// empty if its RAM has no bound.
std::string risk_text(const results::RunResult& result);

// All of it, several lines.
std::string storm_text(const results::RunResult& result);

}  // namespace ksmsim::viz
