// Predicted beside recorded counters of a live recording, as Markdown: errors at the ends of
// passes, lengths of passes, CPU time, and a table of every second.
#pragma once
#include <string>
#include <vector>

#include "cli/live_rows.hpp"

namespace ksmsim::cli {

std::string live_report(const std::vector<LiveRow>& rows);
// One line for each row.
std::string live_table(const std::vector<LiveRow>& rows);

}  // namespace ksmsim::cli
