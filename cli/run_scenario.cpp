// ksmsim run SCENARIO: simulates guests that are described.
#include <fmt/core.h>

#include <string>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/host_file.hpp"
#include "cli/run_inputs.hpp"
#include "cli/run_loop.hpp"
#include "cli/run_outputs.hpp"
#include "cli/scenario_input.hpp"
#include "cli/scenario_text.hpp"
#include "models/scenario_file.hpp"
#include "sim/host/run.hpp"

namespace ksmsim::cli {
namespace {

// Program and scenario, with what the scenario assumes, for whoever finds the result later.
std::vector<std::pair<std::string, std::string>> provenance(const ScenarioInput& input) {
  std::vector<std::pair<std::string, std::string>> list{
      {"program", "ksmsim " KSMSIM_VERSION},
      {"scenario", input.name},
      {"scenario XXH3", fmt::format("{:016x}", input.hash)},
      {"title", input.scenario.title}};
  const models::Assumptions& assumptions = input.scenario.assumptions;
  list.emplace_back("parameters given", std::to_string(assumptions.given));
  for (const models::Assumption& one : assumptions.defaults) {
    const std::string region = one.region ? fmt::format("region {} ", *one.region + 1) : "";
    const std::string guest = one.guest.empty() ? "" : one.guest + " ";
    list.emplace_back(fmt::format("{}{}{}.{}", guest, region, one.kind, one.key),
                      fmt::format("{} ({}{}{})", one.value, models::name_of(one.evidence),
                                  one.source.empty() ? "" : ": ", one.source));
  }
  return list;
}

// The command line goes over the scenario.
Result<void> go_over(const RunArguments& arguments, const std::vector<std::string>& classes,
                     models::Scenario& scenario) {
  if (auto r = apply(arguments, classes, scenario.run); !r) return r;
  if (auto r = models::check_nodes(scenario); !r) return r.error().in(arguments.host);
  scenario.seed = scenario.run.seed;
  scenario.run.blasts = host::Blasts::at_peak_too;
  if (arguments.until_given && scenario.run.end_at == host::EndAt::time) {
    scenario.guests_until = scenario.run.until;
  }
  return {};
}

}  // namespace

int run_scenario(const RunArguments& arguments, RunView& view) {
  if (arguments.salvage) return unusable({"--salvage goes with --trace: scenarios are whole"});
  auto input = read_scenario_input(arguments.scenario);
  if (!input) return unusable(input.error());
  models::Scenario& scenario = input->scenario;
  // Classes have their numbers from the guests, and neither hangs on the command line.
  const auto classes_of = [&input]() -> Result<std::vector<std::string>> {
    const auto guests = input->source();
    if (!guests) return guests.error();
    return (*guests)->classes();
  };
  const auto named = classes_of();
  if (!named) return unusable(named.error());
  const std::vector<std::string>& classes = *named;
  models::set_agreed_bytes(scenario, classes);
  if (auto r = go_over(arguments, classes, scenario); !r) return unusable(r.error());
  auto outputs = RunOutputs::open(arguments);
  if (!outputs) return unusable(outputs.error());

  auto source = input->source();
  if (!source) return unusable(source.error());
  view.prepare(scenario.run);
  auto run = host::Run::begin(scenario.run, std::move(*source));
  if (!run) return unusable(run.error());
  if (auto r = run_to_end(*run, "simulating " + input->name, scenario.guests_until); !r) {
    return unusable(r.error().in(input->name));
  }
  view.look_at(*run);
  results::RunResult result = run->finish();
  results::name_classes(result, classes);
  result.provenance = provenance(*input);
  note_choices(arguments, given_prices(scenario.run.host.prices), result);
  if (!arguments.quiet && !outputs->to_standard_output()) {
    const std::string text =
        view.text(result, scenario_heading(scenario), assumption_lines(scenario.assumptions));
    if (auto r = print_whole(text); !r) return unusable(r.error());
  }
  if (auto r = outputs->write(result); !r) return unusable(r.error());
  return kDone;
}

}  // namespace ksmsim::cli
