// Scenarios as TOML (docs/scenarios.md): a host, guests, what happens when, and what was observed.
#pragma once
#include <string_view>

#include "models/scenario.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::models {

// Reads a scenario. An Error begins with line and column, "12:5: ..."; it is the first of the file,
// and says what would be right.
Result<Scenario> read_scenario(std::string_view text);

// An error if the host, as it is now, lacks the NUMA node of a guest.
Result<void> check_nodes(const Scenario& scenario);

// How the run of a scenario treats its classes of pages, once their ids are known: the bytes in
// which their pages agree go into run.host.agreed.
void set_agreed_bytes(Scenario& scenario, const std::vector<std::string>& classes);

}  // namespace ksmsim::models
