// What a result says of the scenario that was run.
#pragma once
#include "models/scenario.hpp"
#include "sim/results/scenario_facts.hpp"

namespace ksmsim::cli {

results::ScenarioFacts facts_of(const models::Scenario& scenario);

}  // namespace ksmsim::cli
