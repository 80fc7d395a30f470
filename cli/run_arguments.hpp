// What `ksmsim run` was told on its command line, and what that means for a run.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/run_outputs.hpp"
#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/host/run_options.hpp"
#include "sim/results/run_result.hpp"

namespace ksmsim::cli {

struct RunArguments {
  std::string trace, scenario;  // One of them.
  std::string kernel;
  std::string host;
  std::vector<std::string> sets;
  std::string until = "trace-end";
  std::optional<Duration> sample;
  std::uint64_t seed = 1;
  // Whether they were said: a scenario has its own.
  bool kernel_given = false, until_given = false, seed_given = false;
  OutputPlaces outputs;
  host::Lives lives = host::Lives::not_measured;  // Not said: by the command.
  bool salvage = false, quiet = false;
};

// Declares the options that say what is run and how. `arguments` live as long as the command.
void add_run_options(Command& command, RunArguments& arguments);
void add_scenario_option(Command& command, RunArguments& arguments);
// Notes what was said, apart from defaults. REQUIRES: the command has been parsed.
void note_given(const Command& command, RunArguments& arguments);

// Changes what was said on the command line; the rest of `run` stays as it is. `classes` are the
// guests', by ClassId. An Error names the option.
Result<void> apply(const RunArguments& arguments, const std::vector<std::string>& classes,
                   host::RunOptions& run);

// Writes into a result's provenance what was chosen of kernel and prices, for whoever finds it
// later. `prices_given`: how many are others than the measured ones.
void note_choices(const RunArguments& arguments, int prices_given, results::RunResult& result);

}  // namespace ksmsim::cli
