#include "cli/scenario_facts.hpp"

#include <string>

namespace ksmsim::cli {

results::ScenarioFacts facts_of(const models::Scenario& scenario) {
  results::ScenarioFacts facts;
  facts.title = scenario.title;
  for (const models::GuestSpec& guest : scenario.guests) {
    facts.guests += guest.count;
    facts.has_captured |= guest.from_trace.has_value();
    for (const models::RegionSpec& region : guest.regions) {
      facts.pages += static_cast<std::int64_t>(region.pages * guest.count);
    }
  }
  facts.ram_kb = scenario.run.ram.total_kb;
  facts.given = static_cast<std::int64_t>(scenario.assumptions.given);
  for (const models::Assumption& one : scenario.assumptions.defaults) {
    facts.defaults.push_back({.guest = one.guest,
                              .region = one.region,
                              .kind = one.kind,
                              .key = one.key,
                              .value = one.value,
                              .evidence = std::string(models::name_of(one.evidence)),
                              .source = one.source});
  }
  return facts;
}

}  // namespace ksmsim::cli
