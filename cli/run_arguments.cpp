#include "cli/run_arguments.hpp"

#include <fmt/core.h>

#include <chrono>

#include "cli/command_line/amounts.hpp"
#include "cli/commands.hpp"
#include "cli/host_file.hpp"
#include "models/toml/words.hpp"
#include "sim/ksm/files.hpp"
#include "sim/ksm/knob_aliases.hpp"
#include "sim/ksm/traits.hpp"
#include "viz/ksmd_cpu.hpp"
#include "viz/text_summary.hpp"

namespace ksmsim::cli {
namespace {

constexpr Duration kUntilMost = std::chrono::seconds(1'000'000'000);
constexpr Duration kSampleMost = std::chrono::seconds(1'000'000);

Result<std::vector<input::SetKnob>> parse_sets(const std::vector<std::string>& sets) {
  std::vector<input::SetKnob> knobs;
  for (const std::string& set : sets) {
    const std::size_t equals = set.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == set.size()) {
      return Error{fmt::format("--set {}: should be KNOB=VALUE, as pages_to_scan=1000", set)};
    }
    const std::string name = set.substr(0, equals);
    const std::string knob(ksm::kernel_name(name));
    if (ksm::find_file(knob) == nullptr) {
      return Error{models::no_such_name("knob", name, ksm::knob_names())}.in("--set " + set);
    }
    knobs.push_back({knob, set.substr(equals + 1)});
  }
  return knobs;
}

Result<void> parse_until(const std::string& text, host::RunOptions& run) {
  run.until = kNever;
  run.end_at = host::EndAt::trace_end;
  if (text == "trace-end") return {};
  if (text == "settled") {
    run.end_at = host::EndAt::settled;
    return {};
  }
  const auto until = parse_amount(text, times(Duration::zero(), kUntilMost));
  if (!until) return Error{"--until: " + until.error().text + "; or 'settled' or 'trace-end'"};
  run.end_at = host::EndAt::time;
  run.until = at_nanoseconds(*until);
  return {};
}

}  // namespace

void add_run_options(Command& command, RunArguments& arguments) {
  command.add_option("--trace", arguments.trace, "Guests to replay (guests.bin)")
      ->type_name("FILE");
  command
      .add_option("--set", arguments.sets,
                  "Keep a knob of /sys/kernel/mm/ksm at a value for the whole run, whatever the "
                  "trace says; may be repeated")
      ->type_name("KNOB=VALUE");
  add_kernel_option(
      command, arguments.kernel,
      "Kernel version to behave like, else as the scenario says or the trace (the kernel that it "
      "was captured on)");
  command
      .add_option("--host", arguments.host,
                  "What the machine is like (TOML): ticks, prices of ksmd's work")
      ->type_name("FILE");
  command
      .add_option("--until", arguments.until,
                  "When to stop: a time (600, 10m), 'trace-end', or 'settled' (when whole passes "
                  "change nothing any more; guests hold still after the end of the trace). A trace "
                  "of a single moment runs until it has settled; else as the scenario says")
      ->capture_default_str()
      ->type_name("WHEN");
  add_time_option(command, "--sample", "Time between samples (1, 500ms); else as the scenario says",
                  times(std::chrono::milliseconds(1), kSampleMost), arguments.sample)
      ->default_str("1s");
  add_seed_option(command, arguments.seed,
                  "Seed of all random numbers (a replay draws none); else as the scenario says")
      ->capture_default_str();
  command.add_flag("--salvage", arguments.salvage,
                   "Replay a damaged trace as far as it is good, instead of refusing it");
}

void add_scenario_option(Command& command, RunArguments& arguments) {
  command
      .add_option("scenario", arguments.scenario, "A scenario (TOML), or the name of a shipped one")
      ->type_name("SCENARIO");
}

void note_given(const Command& command, RunArguments& arguments) {
  arguments.kernel_given = command.has("--kernel");
  arguments.until_given = command.has("--until");
  arguments.seed_given = command.has("--seed");
}

Result<void> apply(const RunArguments& arguments, const std::vector<std::string>& classes,
                   host::RunOptions& run) {
  run.classes = classes;
  run.blasts = host::Blasts::at_peak_too;
  run.lives = arguments.lives;
  if (arguments.kernel_given) {
    const auto traits = ksm::traits_of(arguments.kernel);
    if (!traits) return traits.error().in("--kernel");
    run.traits = *traits;
    if (ksm::is_newer_than_known(arguments.kernel)) {
      fmt::print(stderr,
                 "ksmsim: kernel {} is newer than all that is known: taken to behave as {}\n",
                 arguments.kernel, (*traits)->kernel);
    }
  }
  auto knobs = parse_sets(arguments.sets);
  if (!knobs) return knobs.error();
  run.knobs = *knobs;
  if (arguments.until_given) {
    if (auto r = parse_until(arguments.until, run); !r) return r;
  }
  if (arguments.sample) run.sample_interval = *arguments.sample;
  if (arguments.seed_given) run.seed = arguments.seed;
  if (arguments.host.empty()) return {};
  return read_host_file(arguments.host, classes, run);
}

void note_choices(const RunArguments& arguments, int prices_given, results::RunResult& result) {
  if (arguments.kernel_given) result.provenance.emplace_back(viz::kAskedKernel, arguments.kernel);
  if (prices_given == 0) return;
  result.provenance.emplace_back(viz::kPricesGiven, std::to_string(prices_given));
}

}  // namespace ksmsim::cli
