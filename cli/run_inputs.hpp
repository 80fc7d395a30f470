// What `ksmsim run` and `ksmsim explain` can run: each returns the exit status.
#pragma once
#include <string>

#include "cli/run_arguments.hpp"
#include "sim/results/run_result.hpp"

namespace ksmsim::cli {

// What is printed of a result.
using ResultText = std::string (*)(const results::RunResult&);

// Replays arguments.trace.
int run_trace(const RunArguments& arguments, ResultText text_of);
// Simulates arguments.scenario.
int run_scenario(const RunArguments& arguments, ResultText text_of);
// The one of them that was asked for. `verb` is what was typed.
int run_one(const RunArguments& arguments, const char* verb, ResultText text_of);

}  // namespace ksmsim::cli
