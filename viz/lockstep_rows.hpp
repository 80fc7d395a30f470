// Rows of a lockstep script as CSV, column for column what the runner on a real kernel prints.
#pragma once
#include <string>

#include "sim/ksm/counters.hpp"
#include "sim/ksm/traits.hpp"

namespace ksmsim::viz {

// The header line, without newline.
std::string lockstep_header();
// A row: the script line that caused it (from 1) and the counters; empty fields for those that the
// kernel lacks.
std::string lockstep_row(int line, const ksm::Counters& counters, const ksm::Traits& traits);
// In which column two rows differ first, with both values: "pages_shared is 2, recorded 3".
// REQUIRES: the rows differ.
std::string first_difference(const std::string& row, const std::string& recorded);

}  // namespace ksmsim::viz
