// The summary of a run as people read it in a terminal. Every figure carries its unit; the digest
// comes last.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/results/run_result.hpp"

namespace ksmsim::viz {

// A size in bytes with a binary unit: "412.0 KiB", "-3.2 MiB", "17 bytes".
std::string bytes_text(std::int64_t bytes);
// A length of time: "850 ms", "92.4 s", "12 min 30 s", "3 h 05 min".
std::string seconds_text(double seconds);

// Several lines, with a newline at the end of each. `rests_on`: what the run rests on beside what
// every run does, a line each.
std::string text_summary(const results::RunResult& result,
                         const std::vector<std::string>& rests_on = {});

}  // namespace ksmsim::viz
