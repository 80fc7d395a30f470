// [[guest.event]] of a scenario: what happens to a guest. Events that could not have any effect
// are refused.
#pragma once
#include "models/scenario.hpp"
#include "models/toml/table_reader.hpp"

namespace ksmsim::models {

// Reads all [[guest.event]] of a guest's table into `guest`, whose regions and start have been
// read. Guests do things until `until`.
void read_events(const TableReader& table, Time until, GuestSpec& guest);

}  // namespace ksmsim::models
