// [[guest]] of a scenario, with its regions and events.
#pragma once
#include <cstdint>
#include <vector>

#include "models/scenario.hpp"
#include "models/toml/table_reader.hpp"

namespace ksmsim::models {

// At most so many guests in a scenario, clones counted.
inline constexpr std::uint32_t kGuestsMost = 10'000;

// Reads all [[guest]] of the file into `scenario`. The host has so many NUMA nodes.
void read_guests(const TableReader& file, std::uint32_t numa_nodes, Scenario& scenario);

}  // namespace ksmsim::models
