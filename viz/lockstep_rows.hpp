// Rows of a lockstep script as CSV, column for column what the runner on a real kernel prints.
#pragma once
#include <string>

#include "sim/ksm/counters.hpp"

namespace ksmsim::viz {

// The header line, without newline.
std::string lockstep_header();
// A row: the script line that caused it (from 1) and the counters.
std::string lockstep_row(int line, const ksm::Counters& counters);
// In which column two rows differ first, with both values: "pages_shared is 2, recorded 3".
// REQUIRES: the rows differ.
std::string first_difference(const std::string& row, const std::string& recorded);

}  // namespace ksmsim::viz
