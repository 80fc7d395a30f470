// A scenario in words: what stands above and below its summary.
#pragma once
#include <string>
#include <vector>

#include "models/scenario.hpp"

namespace ksmsim::cli {

// Title, guests, host, controller: a line each.
std::string scenario_heading(const models::Scenario& scenario);

// Defaults of the models that the scenario left as they are, grouped: what, its value, how it is
// known, and how many regions have it.
std::vector<std::string> assumption_lines(const models::Assumptions& assumptions);

}  // namespace ksmsim::cli
