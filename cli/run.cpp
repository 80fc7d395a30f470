// ksmsim run, or --trace alone: the main job. Guests from a trace or a scenario; prints what KSM
// would do.
#include <memory>

#include "cli/commands.hpp"
#include "cli/run_arguments.hpp"
#include "cli/run_inputs.hpp"

namespace ksmsim::cli {
namespace {

void add_options(CLI::App& command, const std::shared_ptr<RunArguments>& options) {
  command.add_option("--trace", options->trace, "Guests to replay (guests.bin)")->type_name("FILE");
  command
      .add_option("--set", options->sets,
                  "Keep a knob of /sys/kernel/mm/ksm at a value for the whole run, whatever the "
                  "trace says; may be repeated")
      ->type_name("KNOB=VALUE");
  add_kernel_option(command, options->kernel, "Kernel version to behave like");
  command
      .add_option("--host", options->host,
                  "What the machine is like (TOML): ticks, prices of ksmd's work")
      ->type_name("FILE");
  command
      .add_option("--until", options->until,
                  "When to stop: a time in seconds, 'trace-end', or 'settled' (when whole passes "
                  "change nothing any more; guests hold still after the end of the trace). A trace "
                  "of a single moment runs until it has settled")
      ->capture_default_str()
      ->type_name("WHEN");
  command.add_option("--sample", options->sample_s, "Time between samples")
      ->capture_default_str()
      ->type_name("SECONDS");
  command.add_option("--seed", options->seed, "Seed of all random numbers (a replay draws none)")
      ->capture_default_str()
      ->type_name("NUMBER");
  command
      .add_option("--csv", options->csv,
                  "Write all counters at every sample; - is standard output, without a summary")
      ->type_name("FILE");
  command.add_option("--json", options->json, "Write the summary as JSON; - as above")
      ->type_name("FILE");
  command.add_option("--out", options->out, "Write the whole result, for other commands")
      ->type_name("FILE");
  command.add_flag("--salvage", options->salvage,
                   "Replay a damaged trace as far as it is good, instead of refusing it");
  command.add_flag("--force", options->force, "Write over files that are there");
  command.add_flag("--quiet", options->quiet, "Print no summary");
}

// What was said, apart from defaults.
void note_given(const CLI::App& command, RunArguments& arguments) {
  arguments.kernel_given = command.count("--kernel") > 0;
  arguments.until_given = command.count("--until") > 0;
  arguments.sample_given = command.count("--sample") > 0;
  arguments.seed_given = command.count("--seed") > 0;
}

int run_one(const RunArguments& arguments) {
  if (arguments.scenario.empty() == arguments.trace.empty()) {
    return unusable({"run what? Either SCENARIO (a file or a shipped name) or --trace FILE"});
  }
  return arguments.scenario.empty() ? run_trace(arguments) : run_scenario(arguments);
}

}  // namespace

void add_run(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<RunArguments>();
  add_options(app, options);
  app.callback([&app, options, &chosen] {
    if (app.get_subcommands().empty() && !options->trace.empty()) {
      note_given(app, *options);
      chosen = [options] { return run_one(*options); };
    }
  });
  auto* command = app.add_subcommand(
      "run",
      "Simulates a scenario, or replays recorded guests, and prints what KSM would do. A scenario "
      "says what a host and its guests are like (docs/scenarios.md); --set, --kernel, --host, "
      "--until, --sample and --seed go over what it says. `ksmsim scenarios` lists those that are "
      "shipped; `ksmsim --trace FILE` is short for `ksmsim run --trace FILE`.");
  auto own = std::make_shared<RunArguments>();
  command->add_option("scenario", own->scenario, "A scenario (TOML), or the name of a shipped one")
      ->type_name("SCENARIO");
  add_options(*command, own);
  command->callback([command, own, &chosen] {
    note_given(*command, *own);
    chosen = [own] { return run_one(*own); };
  });
}

}  // namespace ksmsim::cli
