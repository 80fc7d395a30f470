#include "models/scenarios.hpp"

#include <algorithm>

namespace ksmsim::models {

const ShippedScenario* find_shipped_scenario(std::string_view name) {
  const auto& all = shipped_scenarios();
  const auto at =
      std::find_if(all.begin(), all.end(), [name](const auto& one) { return one.name == name; });
  return at == all.end() ? nullptr : &*at;
}

}  // namespace ksmsim::models
