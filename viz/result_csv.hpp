// All counters of a run at every sample, as CSV with a header. Column names are the kernel's; the
// others say their unit.
#pragma once
#include <string>

#include "sim/results/run_result.hpp"

namespace ksmsim::viz {

std::string result_csv(const results::RunResult& result);

}  // namespace ksmsim::viz
