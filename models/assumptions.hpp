// What a scenario leaves to the models: the defaults that were taken, each with where it comes
// from. Reports list them, so that nobody mistakes an assumption for a measurement.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/parameters.hpp"

namespace ksmsim::models {

struct Assumption {
  std::string guest;                    // Its name in the scenario, without numbers; empty: host.
  std::optional<std::uint32_t> region;  // Place in the guest, from 0; none: the guest itself.
  std::string kind;                     // Of the region; or "guest", "host".
  std::string key;                      // As it would be written, with the unit: "idle", "life_s".
  std::string value;                    // As it would be written.
  Evidence evidence = Evidence::assumed;
  std::string source;  // Of the default; may be empty.
};

struct Assumptions {
  std::vector<Assumption> defaults;  // In the order of the scenario.
  std::size_t given = 0;             // Parameters that the scenario says itself.
};

}  // namespace ksmsim::models
