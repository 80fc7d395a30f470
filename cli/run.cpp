// ksmsim run, or --trace alone: the main job. Guests from a trace or a scenario; prints what KSM
// would do.
#include <memory>
#include <string>

#include "cli/commands.hpp"
#include "cli/run_arguments.hpp"
#include "cli/run_inputs.hpp"
#include "viz/text_summary.hpp"

namespace ksmsim::cli {
namespace {

void add_options(Command& command, const std::shared_ptr<RunArguments>& options) {
  add_run_options(command, *options);
  add_output_options(command, options->outputs);
  command
      .add_option("--out", options->outputs.out,
                  "Write the whole result, which `ksmsim show` reads back; it measures how long "
                  "contents live, too (4 bytes a page)")
      ->type_name("FILE");
  command.add_flag("--quiet", options->quiet, "Print no summary");
}

// Prints the summary.
int summarised(const RunArguments& arguments) {
  RunArguments counted = arguments;
  // Who reads the result back may want it explained.
  if (!arguments.outputs.out.empty()) counted.lives = host::Lives::measured;
  return run_one(counted, "run", viz::text_summary);
}

}  // namespace

int run_one(const RunArguments& arguments, const char* verb, ResultText text_of) {
  if (arguments.scenario.empty() == arguments.trace.empty()) {
    return unusable(
        {std::string(verb) + " what? Either SCENARIO (a file or a shipped name) or --trace FILE"});
  }
  return arguments.scenario.empty() ? run_trace(arguments, text_of)
                                    : run_scenario(arguments, text_of);
}

void add_run(Command& app, Action& chosen) {
  auto options = std::make_shared<RunArguments>();
  add_options(app, options);
  app.callback([&app, options, &chosen] {
    if (!app.has_subcommand() && !options->trace.empty()) {
      note_given(app, *options);
      chosen = [options] { return summarised(*options); };
    }
  });
  auto* command = app.add_subcommand(
      "run",
      "Simulates a scenario, or replays recorded guests, and prints what KSM would do. A scenario "
      "says what a host and its guests are like (docs/scenarios.md); --set, --kernel, --host, "
      "--until, --sample and --seed go over what it says. `ksmsim scenarios` lists those that are "
      "shipped; `ksmsim --trace FILE` is short for `ksmsim run --trace FILE`.");
  auto own = std::make_shared<RunArguments>();
  add_scenario_option(*command, *own);
  add_options(*command, own);
  command->callback([command, own, &chosen] {
    note_given(*command, *own);
    chosen = [own] { return summarised(*own); };
  });
}

}  // namespace ksmsim::cli
