// Unmerge storms in words: broken sharings by cause, what they took, how long free memory would
// last, and what it would take if merged pages diverged at once.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/results/run_result.hpp"

namespace ksmsim::viz {

// Memory that the host could still give at the end of the run; nothing if its RAM has no bound.
std::optional<std::int64_t> free_bytes(const results::RunResult& result);
// How long it lasts if sharings break as in the worst minute and every break takes a page; nothing
// without a bound or a break.
std::optional<double> exhaustion_s(const results::RunResult& result);

// "a, b, c and 37 more".
std::string guests_text(const std::vector<std::string>& guests);
// "class CLASS in GUESTS".
std::string blast_text(const results::Blast& blast);
// The largest of a class beside what is free: one line's value; empty if nothing is merged.
std::string largest_blast_text(const results::RunResult& result);

// All of it, several lines.
std::string storm_text(const results::RunResult& result);

}  // namespace ksmsim::viz
