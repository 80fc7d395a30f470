// The scenarios of models/scenarios, compiled in.
#pragma once
#include <string_view>
#include <vector>

namespace ksmsim::models {

struct ShippedScenario {
  std::string_view name;  // Of its file, without ".toml".
  std::string_view text;  // The file.
};

// All of them, by name.
const std::vector<ShippedScenario>& shipped_scenarios();
// The one of this name, or nullptr.
const ShippedScenario* find_shipped_scenario(std::string_view name);

}  // namespace ksmsim::models
