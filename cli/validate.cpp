// ksmsim validate: recordings of real kernels beside what the simulator says, as Markdown.
#include <fmt/core.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/cpu_data.hpp"
#include "cli/files.hpp"
#include "cli/guests_validation.hpp"
#include "cli/host_file.hpp"
#include "cli/live_report.hpp"
#include "cli/placement_names.hpp"
#include "cli/price_report.hpp"
#include "cli/scenario_validation.hpp"
#include "cli/trace_validation.hpp"
#include "models/scenarios.hpp"
#include "sim/cost/prices.hpp"
#include "sim/ksm/traits.hpp"
#include "traces/reader.hpp"

namespace ksmsim::cli {
namespace {

namespace snapshots = traces::snapshots;

struct ValidateArguments {
  std::string directory;
  std::string kernel;
  bool kernel_given = false;
  std::string host;
  std::string placement = "spread";
  std::string order = "recorded";
  bool table = false, frozen_only = false;
};

// Prints what the frozen runs showed; returns whether all counters are equal.
bool print_frozen(const FrozenValidation& frozen) {
  fmt::print("## Frozen guests: every counter at the end of every pass\n\n");
  if (frozen.runs.empty()) {
    fmt::print("The data set has no frozen runs.\n\n");
    return true;
  }
  fmt::print(
      "| run | passes | values compared | differences | ksmd CPU s, recorded | predicted |\n"
      "|---|--:|--:|--:|--:|--:|\n");
  for (const auto& r : frozen.runs) {
    fmt::print("| {} | {} | {} | {} | {:.2f} | {:.2f} |\n", r.name, r.passes, r.values,
               r.differences.size(), r.recorded_cpu_s, r.predicted_cpu_s);
  }
  fmt::print("\n");
  for (const auto& r : frozen.runs) {
    for (const auto& difference : r.differences) fmt::print("- {}\n", difference);
  }
  return frozen.equal();
}

Result<snapshots::ImportOptions> guests_import_options(const ValidateArguments& options,
                                                       const snapshots::Dataset& data) {
  snapshots::ImportOptions import;
  import.placement = placement_of(options.placement);
  if (options.order == "start" || (options.order == "recorded" && !data.frozen)) return import;
  auto order = snapshots::parse_guest_order(data, options.order);
  if (!order) return order.error();
  import.order = *order;
  return import;
}

// What --kernel says, else the kernel that the recording names.
Result<const ksm::Traits*> kernel_for(const ValidateArguments& options,
                                      const std::string& recorded) {
  if (!options.kernel_given) return &ksm::traits_of_host(recorded);
  const auto traits = ksm::traits_of(options.kernel);
  if (!traits) return traits.error().in("--kernel");
  return *traits;
}

int validate_guests(const ValidateArguments& options) {
  const auto data = snapshots::load_dataset(options.directory);
  if (!data) return unusable(data.error().in(options.directory));
  const auto traits = kernel_for(options, data->kernel);
  if (!traits) return unusable(traits.error());
  const auto import = guests_import_options(options, *data);
  if (!import) return unusable(import.error().in("--order"));
  const auto frozen = validate_frozen(*data, **traits);
  if (!frozen) return unusable(frozen.error());
  const bool equal = print_frozen(*frozen);
  if (!options.frozen_only) {
    const auto rows = validate_live(*data, *import, **traits);
    if (!rows) return unusable(rows.error());
    fmt::print("## Live guests: knobs as they were turned\n\n{}", live_report(*rows));
    if (options.table) fmt::print("\n### Every second\n\n{}", live_table(*rows));
  }
  return equal ? kDone : kFailed;
}

int validate_captured(const ValidateArguments& options) {
  auto in = open_input(options.directory);
  if (!in) return unusable(in.error());
  const auto reader = traces::TraceReader::open(*std::move(in));
  if (!reader) return unusable(reader.error().in(options.directory));
  const auto traits = kernel_for(options, reader->header().kernel);
  if (!traits) return unusable(traits.error());
  host::RunOptions run;
  run.traits = *traits;
  if (!options.host.empty()) {
    if (auto r = read_host_file(options.host, {}, run); !r) return unusable(r.error());
  }
  const auto rows = validate_trace(options.directory, run);
  if (!rows) return unusable(rows.error().in(options.directory));
  fmt::print("## Captured guests: knobs as they were turned\n\n{}", live_report(*rows));
  if (options.table) fmt::print("\n### Every second\n\n{}", live_table(*rows));
  return kDone;
}

int validate_cpu(const ValidateArguments& options) {
  const auto traits = ksm::traits_of(options.kernel);
  if (!traits) return unusable(traits.error().in("--kernel"));
  const auto data = load_cpu_data(options.directory, **traits);
  if (!data) return unusable(data.error());
  fmt::print("## CPU time of ksmd\n{}", price_report(*data, cost::measured_prices()));
  fmt::print("\nBatches whose counters moved otherwise than recorded: {} of {}.\n",
             data->differences.size(), data->batches.size());
  for (const auto& difference : data->differences) fmt::print("- {}\n", difference);
  return data->differences.empty() ? kDone : kFailed;
}

// The named scenarios, or all shipped ones that carry observations.
int validate_scenarios(std::vector<std::string> names) {
  const bool all = names.empty();
  if (all) {
    for (const auto& shipped : models::shipped_scenarios()) names.emplace_back(shipped.name);
  }
  std::vector<ScenarioInput> inputs;
  for (const std::string& name : names) {
    auto input = read_scenario_input(name);
    if (!input) return unusable(input.error());
    if (!input->scenario.observations.empty()) {
      inputs.push_back(std::move(*input));
    } else if (!all) {
      return unusable(Error{"has no [[observed]] to compare with"}.in(name));
    }
  }
  fmt::print(
      "## Published experiments: observed beside simulated\n\n"
      "*Fitted*: parameters of the scenario were chosen so that this figure comes out, so it shows "
      "what the\nmechanism can do; everything else was kept back, and is a prediction. No rule of "
      "the engine and no\ndefault of a model was changed for any of them.\n");
  for (const ScenarioInput& input : inputs) {
    const auto figures = validate_scenario(input);
    if (!figures) return unusable(figures.error().in(input.name));
    fmt::print("\n### {}: {}\n\n{}\n\n{}", input.name, input.scenario.title, input.scenario.about,
               comparison_table(*figures));
    std::fflush(stdout);
  }
  return kDone;
}

void add_kernel(Command* command, const std::shared_ptr<ValidateArguments>& options) {
  add_kernel_option(*command, options->kernel,
                    "Kernel version that was recorded, else as the recording says");
}

}  // namespace

void add_validate(Command& app, Action& chosen) {
  auto* command = app.add_subcommand(
      "validate",
      "Shows what was recorded or published beside what the simulator says, as Markdown. Without a "
      "subcommand: all shipped scenarios with observations.");
  command->require_subcommand(0, 1);
  command->callback([command, &chosen] {
    if (!command->has_subcommand()) chosen = [] { return validate_scenarios({}); };
  });

  auto* scenarios = command->add_subcommand(
      "scenarios",
      "Scenarios that carry observations of the real thing: runs each and shows observed beside "
      "simulated, what was fitted and what was kept back.");
  auto names = std::make_shared<std::vector<std::string>>();
  scenarios->add_option("scenario", *names, "Files or shipped names; without any, all shipped ones")
      ->type_name("SCENARIO");
  scenarios->callback(
      [names, &chosen] { chosen = [names] { return validate_scenarios(*names); }; });

  auto* guests = command->add_subcommand(
      "guests",
      "A snapshot set: imports it, carries out every frozen run (exit status 1 if a counter of a "
      "pass differs, and which), replays the live part with the knobs as they were turned.");
  auto options = std::make_shared<ValidateArguments>();
  guests->add_option("directory", options->directory, "The snapshot set (meta.json, …)")
      ->required()
      ->type_name("DIR");
  add_kernel(guests, options);
  guests
      ->add_option("--placement", options->placement,
                   "Where between the two reads of its page a change is put")
      ->one_of(kPlacementNames)
      ->capture_default_str();
  guests
      ->add_option("--order", options->order,
                   "In which order ksmd visits the guests: names with commas, 'recorded' (as the "
                   "frozen part observed it, if there is one) or 'start'")
      ->capture_default_str()
      ->type_name("ORDER");
  guests->add_flag("--table", options->table, "Also print a row for every recorded second");
  guests->add_flag("--frozen-only", options->frozen_only, "Leave the live part out");
  guests->callback([guests, options, &chosen] {
    options->kernel_given = guests->has("--kernel");
    chosen = [options] { return validate_guests(*options); };
  });

  auto* trace = command->add_subcommand(
      "trace",
      "A captured trace: replays it with the knobs as they were turned, beside what the host "
      "showed "
      "meanwhile. Captures that begin before KSM does compare best: what was merged before is not "
      "known to a replay.");
  auto captured = std::make_shared<ValidateArguments>();
  trace->add_option("trace", captured->directory, "The trace (guests.bin)")
      ->required()
      ->type_name("FILE");
  add_kernel(trace, captured);
  trace
      ->add_option("--host", captured->host,
                   "What the machine is like (TOML): ticks, prices of ksmd's work")
      ->type_name("FILE");
  trace->add_flag("--table", captured->table, "Also print a row for every recorded second");
  trace->callback([trace, captured, &chosen] {
    captured->kernel_given = trace->has("--kernel");
    chosen = [captured] { return validate_captured(*captured); };
  });

  auto* cpu = command->add_subcommand(
      "cpu",
      "CPU times: predicts each measured batch with the stored prices and prints the errors; exit "
      "status 1 if a counter moved otherwise than recorded.");
  auto own = std::make_shared<ValidateArguments>();
  cpu->add_option("directory", own->directory, "batches.csv, scripts, rates.csv")
      ->required()
      ->type_name("DIR");
  add_kernel(cpu, own);
  cpu->callback([own, &chosen] { chosen = [own] { return validate_cpu(*own); }; });
}

}  // namespace ksmsim::cli
