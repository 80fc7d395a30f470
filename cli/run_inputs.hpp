// What `ksmsim run` and `ksmsim explain` can run: each returns the exit status.
#pragma once
#include "cli/run_arguments.hpp"
#include "cli/run_view.hpp"

namespace ksmsim::cli {

// Replays arguments.trace.
int run_trace(const RunArguments& arguments, RunView& view);
// Simulates arguments.scenario.
int run_scenario(const RunArguments& arguments, RunView& view);
// The one of them that was asked for. `verb` is what was typed.
int run_one(const RunArguments& arguments, const char* verb, RunView& view);

}  // namespace ksmsim::cli
