// What a run was asked for, spelled out for its result: every option, also those left at their
// defaults, with names and units that a reader of the result needs.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/host/run_options.hpp"
#include "sim/host/watermarks.hpp"
#include "sim/ksm/knobs.hpp"
#include "sim/results/run_result.hpp"

namespace ksmsim::host {

// Names and values, in the order in which they are shown.
using Configuration = std::vector<std::pair<std::string, std::string>>;

// `knobs`: as they are when the options' own have been written.
Configuration configuration_of(const RunOptions& options, const ksm::Knobs& knobs);

// The knobs that the options keep for the whole run.
Configuration kept_knobs_of(const RunOptions& options);

// The host's outcome before anything has come out: its sizes. Nothing if the host's memory was not
// described.
std::optional<results::HostOutcome> outcome_of(const RamOptions& ram, const Watermarks& marks);

}  // namespace ksmsim::host
