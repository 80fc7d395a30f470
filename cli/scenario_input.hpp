// A scenario as it is named on a command line: a file, or one of those that are shipped.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "models/scenario.hpp"
#include "models/scenario_source.hpp"
#include "models/scenarios.hpp"
#include "sim/base/result.hpp"
#include "sim/host/run.hpp"

namespace ksmsim::cli {

struct ScenarioInput {
  std::string name;  // As it was given.
  std::string text;
  std::uint64_t hash = 0;  // XXH3 (64 bits) of the text.
  models::Scenario scenario;

  // Its guests. Traces that it names stand where the scenario's file does. Errors name the file.
  Result<std::unique_ptr<models::ScenarioSource>> source() const;
  // Its run, from the beginning. Errors as above.
  Result<host::Run> begin() const;
};

// The text alone, as the file has it. An Error if there is neither such a file nor such a name.
Result<std::string> scenario_text(const std::string& name);
// A scenario of this text. Errors begin with the name.
Result<ScenarioInput> parse_scenario_input(const std::string& name, std::string text);
// Errors name the file.
Result<ScenarioInput> read_scenario_input(const std::string& name);
Result<ScenarioInput> read_shipped_scenario(const models::ShippedScenario& shipped);

}  // namespace ksmsim::cli
