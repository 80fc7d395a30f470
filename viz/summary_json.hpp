// The summary of a run for scripts: figures as JSON, with their units in their names.
#pragma once
#include <string>

#include "sim/results/run_result.hpp"

namespace ksmsim::viz {

// What the text summary shows, and the host's figures at the end where its memory is described.
// One object; what there is none of is null or left out.
std::string summary_json(const results::RunResult& result);

}  // namespace ksmsim::viz
