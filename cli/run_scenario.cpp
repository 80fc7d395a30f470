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
#include "cli/scenario_facts.hpp"
#include "cli/scenario_input.hpp"
#include "models/scenario_file.hpp"
#include "sim/host/run.hpp"
#include "viz/summary_json.hpp"

namespace ksmsim::cli {
namespace {

// Program and scenario, for whoever finds the result later.
std::vector<std::pair<std::string, std::string>> provenance(const ScenarioInput& input) {
  return {{"program", "ksmsim " KSMSIM_VERSION},
          {"scenario", input.name},
          {"scenario XXH3", fmt::format("{:016x}", input.hash)}};
}

// The command line goes over the scenario.
Result<void> go_over(const RunArguments& arguments, const std::vector<std::string>& classes,
                     models::Scenario& scenario) {
  if (auto r = apply(arguments, classes, scenario.run); !r) return r;
  if (auto r = models::check_nodes(scenario); !r) return r.error().in(arguments.host);
  scenario.seed = scenario.run.seed;
  if (arguments.until_given && scenario.run.end_at == host::EndAt::time) {
    scenario.guests_until = scenario.run.until;
  }
  return {};
}

}  // namespace

int run_scenario(const RunArguments& arguments, ResultText text_of) {
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
  auto outputs =
      RunOutputs::open(arguments.outputs, {arguments.scenario, arguments.host}, viz::summary_json);
  if (!outputs) return unusable(outputs.error());

  auto source = input->source();
  if (!source) return unusable(source.error());
  auto run = host::Run::begin(scenario.run, std::move(*source));
  if (!run) return unusable(run.error());
  if (auto r = run_to_end(*run, "simulating " + input->name, scenario.guests_until); !r) {
    return unusable(r.error().in(input->name));
  }
  results::RunResult result = run->finish();
  result.provenance = provenance(*input);
  result.scenario = facts_of(scenario);
  note_choices(arguments, given_prices(scenario.run.host.prices), result);
  if (!arguments.quiet && !outputs->to_standard_output()) {
    if (auto r = print_whole(text_of(result)); !r) return unusable(r.error());
  }
  if (auto r = outputs->write(result); !r) return unusable(r.error());
  return kDone;
}

}  // namespace ksmsim::cli
