// The summary of a run for scripts: figures as JSON, with their units in their names.
#pragma once
#include <string>

#include "sim/results/run_result.hpp"

namespace ksmsim::viz {

// Of the fields and what they mean, here and in the JSON of `explain` (docs/results.md).
inline constexpr int kSummaryVersion = 2;

// What the text summary shows; the counters and knobs at the end under their names in sysfs, with
// those of each guest; what happened; and the host's figures where its memory is described. One
// object; what there is none of is null.
std::string summary_json(const results::RunResult& result);

}  // namespace ksmsim::viz
