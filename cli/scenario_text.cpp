#include "cli/scenario_text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>

#include "cli/command_line/amounts.hpp"
#include "sim/base/ids.hpp"
#include "viz/words.hpp"

namespace ksmsim::cli {
namespace {

// Regions, or guests, that have one default in common.
struct Group {
  const models::Assumption* first;
  std::size_t members;
};

std::vector<Group> grouped(const models::Assumptions& assumptions) {
  std::vector<Group> groups;
  for (const models::Assumption& one : assumptions.defaults) {
    const auto same = [&one](const Group& group) {
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

}  // namespace

std::string scenario_heading(const models::Scenario& scenario) {
  std::uint64_t guests = 0, pages = 0;
  bool captured = false;
  for (const models::GuestSpec& guest : scenario.guests) {
    guests += guest.count;
    captured |= guest.from_trace.has_value();
    for (const models::RegionSpec& region : guest.regions) pages += region.pages * guest.count;
  }
  std::string text = viz::figure_line("scenario", scenario.title);
  text += viz::figure_line(
      "guests", fmt::format("{}, {}{} in all", guests,
                            viz::bytes_text(static_cast<std::int64_t>(pages * kPageBytes)),
                            captured ? " and what captured ones hold" : ""));
  if (scenario.run.ram.total_kb > 0) {
    text += viz::figure_line("host's RAM", viz::bytes_text(scenario.run.ram.total_kb * 1024));
  }
  if (!scenario.run.controller.name.empty()) {
    text += viz::figure_line("controller", scenario.run.controller.name);
  }
  return text;
}

std::vector<std::string> assumption_lines(const models::Assumptions& assumptions) {
  std::vector<std::string> lines;
  const auto groups = grouped(assumptions);
  lines.push_back(fmt::format("{} of the guests given by the scenario; defaults for {}{}",
                              counted(assumptions.given, "parameter"), assumptions.defaults.size(),
                              groups.empty() ? "" : ":"));
  for (const Group& group : groups) {
    const models::Assumption& one = *group.first;
    const std::string places =
        one.kind == "host" ? "" : "; " + counted(group.members, one.region ? "region" : "guest");
    lines.push_back(fmt::format("  {}.{} = {} ({}{}{}{})", one.kind, one.key, one.value,
                                models::name_of(one.evidence), one.source.empty() ? "" : ": ",
                                one.source, places));
  }
  return lines;
}

}  // namespace ksmsim::cli
