// What `ksmsim run` can run: each returns the exit status.
#pragma once
#include "cli/run_arguments.hpp"

namespace ksmsim::cli {

// Replays arguments.trace.
int run_trace(const RunArguments& arguments);
// Simulates arguments.scenario.
int run_scenario(const RunArguments& arguments);

}  // namespace ksmsim::cli
