// The summary of a run as people read it in a terminal: first what they ask first, then how it
// went. Every figure carries its unit; the digest comes last.
#pragma once
#include <string>

#include "sim/results/run_result.hpp"

namespace ksmsim::viz {

// In a result's provenance: the kernel that a trace was captured on, as the trace says it.
inline constexpr const char* kTraceKernel = "trace kernel";
// The kernel that the command line asked for, as it was written: some rules go by the last number.
inline constexpr const char* kAskedKernel = "kernel asked for";

// What was simulated, and what the figures rest on.
std::string rests_on_text(const results::RunResult& result);

// Several lines, with a newline at the end of each: of a scenario its heading, then the summary.
std::string text_summary(const results::RunResult& result);

}  // namespace ksmsim::viz
