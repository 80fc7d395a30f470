// Rows of a real kernel as CSV, column for column those of the simulated one.
#pragma once
#include <string>

#include "live/live_lockstep.hpp"

namespace ksmsim::live {

// Without newlines. A counter that the kernel lacks is an empty field.
std::string header_text();
std::string row_text(const LiveRow& row);

}  // namespace ksmsim::live
