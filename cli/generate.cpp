// ksmsim generate: the guests of a scenario as a trace.
#include <fmt/core.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/command_line/amounts.hpp"
#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/progress.hpp"
#include "cli/scenario_input.hpp"
#include "models/model_guest.hpp"
#include "sim/cost/prices.hpp"
#include "traces/writer.hpp"
#include "viz/words.hpp"

namespace ksmsim::cli {
namespace {

constexpr Duration kGenerateMost = std::chrono::seconds(100'000'000);  // As until_s of scenarios.

struct GenerateArguments {
  std::string scenario, output;
  std::optional<Duration> until;
  std::uint64_t seed = 1;
  bool seed_given = false, force = false;
};

traces::TraceHeader header_of(const ScenarioInput& input, const std::vector<std::string>& classes) {
  const models::Scenario& scenario = input.scenario;
  traces::TraceHeader header;
  header.program = "ksmsim " KSMSIM_VERSION;
  header.host = "none: made from a scenario";
  header.kernel = std::string(scenario.run.traits->kernel);
  header.hashing = "names of contents, 64 bits; no page was read";
  header.notes = fmt::format("{} (scenario {}, XXH3 {:016x}, seed {})", scenario.title, input.name,
                             input.hash, scenario.seed);
  header.classes = classes;
  for (const models::GuestSpec& guest : scenario.guests) {
    for (std::uint32_t i = 0; i < guest.count; ++i) {
      const auto number = static_cast<std::uint32_t>(header.guests.size());
      header.guests.push_back({models::name_of(guest, i)});
      const auto ranges = models::region_ranges(guest);
      for (std::size_t j = 0; j < ranges.size(); ++j) {
        header.regions.push_back(
            {number, std::string(guest.regions[j].kind->name), ranges[j].start, ranges[j].count});
      }
    }
  }
  return header;
}

struct Written {
  std::uint64_t operations = 0;
  Time last = kStart;  // When the last of them happens.
};

// Writes everything that the guests do.
Result<Written> write_guests(models::ScenarioSource& source, traces::TraceWriter& writer,
                             Time until) {
  Progress progress("generating");
  Written written;
  for (;; ++written.operations) {
    const auto next = source.next();
    if (!next) return next.error();
    if (!*next) break;
    if (auto r = writer.add(**next); !r) return r.error();
    written.last = (*next)->at;
    const auto now = static_cast<double>(nanoseconds(written.last));
    progress.update(now / static_cast<double>(nanoseconds(until)),
                    fmt::format("{} of virtual time", viz::seconds_text(now / 1e9)));
  }
  if (auto r = writer.finish(); !r) return r.error();
  return written;
}

// A trace holds guests and knobs: what of the scenario is not in it is said, in a line.
void say_what_is_left_out(const models::Scenario& scenario) {
  std::string left;
  const auto leave = [&left](bool there, const char* what) {
    if (there) left += (left.empty() ? "" : ", ") + std::string(what);
  };
  const host::RunOptions& run = scenario.run;
  leave(run.ram.bounded(), "RAM");
  leave(run.ram.numa_nodes > 1, "NUMA nodes");
  leave(run.ram.khugepaged.pages_to_scan > 0, "khugepaged");
  leave(run.host.prices != cost::measured_prices(), "prices (--host)");
  leave(!run.controller.name.empty(), "the controller");
  if (!left.empty()) fmt::print(stderr, "ksmsim: not in the trace: {}\n", left);
}

int generate(const GenerateArguments& options) {
  auto input = read_scenario_input(options.scenario);
  if (!input) return unusable(input.error());
  if (options.until) input->scenario.guests_until = kStart + *options.until;
  if (options.seed_given) input->scenario.seed = options.seed;
  auto source = input->source();
  if (!source) return unusable(source.error());
  auto file = OutputFile::create(options.output, options.force ? Overwrite::yes : Overwrite::no);
  if (!file) return unusable(file.error());
  auto writer =
      traces::TraceWriter::create(file->stream(), header_of(*input, (*source)->classes()));
  if (!writer) return unusable(writer.error().in(options.output));
  const Time until = input->scenario.guests_until;
  const auto written = write_guests(**source, *writer, until);
  if (!written) return unusable(written.error().in(input->name));
  if (auto r = file->commit(); !r) return unusable(r.error());
  fmt::print("{}: {}\n", options.output, counted(written->operations, "operation"));
  if (written->last < until) {
    fmt::print("guests do nothing after {}: --until {} replays to the scenario's end\n",
               viz::seconds_text(viz::in_seconds(nanoseconds(written->last))),
               viz::in_seconds(nanoseconds(until)));
  }
  say_what_is_left_out(input->scenario);
  return kDone;
}

}  // namespace

void add_generate(Command& app, Action& chosen) {
  auto options = std::make_shared<GenerateArguments>();
  auto* command = app.add_subcommand(
      "generate",
      "Writes what the guests of a scenario do as a trace: for --trace, for ksmsim trace, for "
      "others. It replays as the scenario runs, to the last thing that a guest does (--until), "
      "with "
      "the scenario's knobs in it; its host is not (--host, --kernel).");
  command
      ->add_option("scenario", options->scenario, "A scenario (TOML), or the name of a shipped one")
      ->required()
      ->type_name("SCENARIO");
  command->add_option("-o,--output", options->output, "The trace to write")
      ->required()
      ->type_name("FILE");
  add_time_option(*command, "--until", "For how long (600, 10m); else as the scenario says",
                  times(Duration::zero(), kGenerateMost), options->until);
  add_seed_option(*command, options->seed, "Seed of all random numbers; else the scenario's");
  command->add_flag("--force", options->force, "Write over a file that is there");
  command->callback([command, options, &chosen] {
    options->seed_given = command->has("--seed");
    chosen = [options] { return generate(*options); };
  });
}

}  // namespace ksmsim::cli
