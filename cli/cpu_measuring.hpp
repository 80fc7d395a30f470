// Measures ksmd's CPU time on this machine and writes it as cli/cpu_data reads it: rates.csv of
// whole passes over patterns, batches.csv of random scripts with their text.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "live/live_session.hpp"

namespace ksmsim::cli {

// How often everything is measured: into DIR/run-1, DIR/run-2, ... each; medians go into DIR.
inline constexpr int kCpuRuns = 3;

// Takes a minute or two and 300 MB. `progress` is told which part of 1 is done and what is next.
// REQUIRES: DIR is there, and what it is to hold is not.
std::optional<live::LiveFailure> measure_cpu(
    const std::string& directory,
    const std::function<void(double part, const std::string& next)>& progress);

}  // namespace ksmsim::cli
