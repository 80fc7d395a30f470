#include "viz/scenario_view.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>

#include "viz/words.hpp"

namespace ksmsim::viz {
namespace {

using results::Assumption;

// Regions, or guests, that have one default in common.
struct AssumptionGroup {
  const Assumption* first;
  std::int64_t members;
};

std::vector<AssumptionGroup> grouped(const std::vector<Assumption>& defaults) {
  std::vector<AssumptionGroup> groups;
  for (const Assumption& one : defaults) {
    const auto same = [&one](const AssumptionGroup& group) {
      return group.first->kind == one.kind && group.first->key == one.key &&
             group.first->value == one.value;
    };
    const auto at = std::find_if(groups.begin(), groups.end(), same);
    if (at == groups.end()) {
      groups.push_back({&one, 1});
    } else {
      ++at->members;
    }
  }
  return groups;
}

std::string some(std::int64_t number, const char* what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

}  // namespace

std::string scenario_heading(const results::RunResult& result) {
  if (!result.scenario) return "";
  const results::ScenarioFacts& scenario = *result.scenario;
  std::string text = figure_line("scenario", scenario.title);
  text += figure_line(
      "guests", fmt::format("{}, {}{} in all", scenario.guests, bytes_text(scenario.pages * kPage),
                            scenario.has_captured ? " and what captured ones hold" : ""));
  if (scenario.ram_kb > 0) text += figure_line("host's RAM", kb_text(scenario.ram_kb));
  if (!result.controller.name.empty()) text += figure_line("controller", result.controller.name);
  return text;
}

std::vector<std::string> assumption_lines(const results::RunResult& result) {
  std::vector<std::string> lines;
  if (!result.scenario) return lines;
  const results::ScenarioFacts& scenario = *result.scenario;
  const auto groups = grouped(scenario.defaults);
  lines.push_back(fmt::format("{} of the guests given by the scenario; defaults for {}{}",
                              some(scenario.given, "parameter"), scenario.defaults.size(),
                              groups.empty() ? "" : ":"));
  for (const AssumptionGroup& group : groups) {
    const Assumption& one = *group.first;
    const std::string places =
        one.kind == "host" ? "" : "; " + some(group.members, one.region ? "region" : "guest");
    lines.push_back(fmt::format("  {}.{} = {} ({}{}{}{})", one.kind, one.key, one.value,
                                one.evidence, one.source.empty() ? "" : ": ", one.source, places));
  }
  return lines;
}

}  // namespace ksmsim::viz
