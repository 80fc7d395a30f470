// Predicted beside measured CPU times, as a table in Markdown.
#pragma once
#include <string>

#include "cli/cpu_data.hpp"
#include "sim/cost/work.hpp"

namespace ksmsim::cli {

std::string price_report(const CpuData& data, const cost::Prices& prices);

}  // namespace ksmsim::cli
