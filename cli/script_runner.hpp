// Carries out a lockstep script on the simulated kernel.
#pragma once
#include <functional>
#include <string>

#include "sim/base/result.hpp"
#include "sim/ksm/traits.hpp"
#include "traces/script.hpp"

namespace ksmsim::cli {

// Takes the header (line 0) and each row with the line of the script that caused it; returns
// whether the script is to go on.
using RowSink = std::function<bool(int line, const std::string& row)>;

// An Error names the line of the script.
Result<void> run_script(const traces::Script& script, const ksm::Traits& traits,
                        const RowSink& sink);

}  // namespace ksmsim::cli
