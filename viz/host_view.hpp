// The host as people know it: `free`, a table of guests as ps_mem and smem show them, and what
// pressure, huge pages and NUMA cost.
#pragma once
#include <string>
#include <vector>

#include "sim/results/run_result.hpp"

namespace ksmsim::viz {

// Lines for the summary, with a newline at the end of each; empty if the host's memory was not
// described.
std::string host_text(const results::RunResult& result);

// The lines of `free` (procps 3: used is what is neither free nor a cache), in MiB.
std::string free_text(const results::HostOutcome& host, const results::HostFigures& figures);

// A table of guests: Private, Shared (in full), ps_mem's Shared (PSS less Private), PSS, RSS, swap.
std::string memory_table(const std::vector<results::GuestMemory>& guests);

}  // namespace ksmsim::viz
