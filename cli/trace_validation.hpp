// A captured trace beside the counters that its host showed meanwhile.
#pragma once
#include <string>
#include <vector>

#include "cli/live_rows.hpp"
#include "sim/base/result.hpp"
#include "sim/host/run_options.hpp"

namespace ksmsim::cli {

// A row for each time at which the trace has counters of its host. An Error if it has none, or if
// the host did not merge: then there is nothing to compare. Host and kernel are those of `options`.
Result<std::vector<LiveRow>> validate_trace(const std::string& path,
                                            const host::RunOptions& options);

}  // namespace ksmsim::cli
