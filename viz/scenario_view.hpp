// A scenario in words: what stands above its summary, and what it left to the models.
#pragma once
#include <string>
#include <vector>

#include "sim/results/run_result.hpp"

namespace ksmsim::viz {

// Title, guests, host, controller: a line each; empty if no scenario was run.
std::string scenario_heading(const results::RunResult& result);

// Defaults of the models that the scenario left as they are, grouped: what, its value, how it is
// known, and how many regions have it. None if no scenario was run.
std::vector<std::string> assumption_lines(const results::RunResult& result);

}  // namespace ksmsim::viz
