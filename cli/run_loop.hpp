// Takes a run to its end.
#pragma once
#include <string>

#include "sim/base/result.hpp"
#include "sim/host/run.hpp"

namespace ksmsim::cli {

// Goes on to the end, showing how far it is; `what` is being done, and expected to end at `end`
// (kStart: nobody knows).
Result<void> run_to_end(host::Run& run, const std::string& what, Time end);

}  // namespace ksmsim::cli
