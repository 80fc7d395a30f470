// A run as JSON: the summary for scripts, and the whole result, which other commands read back.
//
// The whole result is lossless: read(write(r)) == r, and its digest is checked when it is read.
#pragma once
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/results/run_result.hpp"

namespace ksmsim::viz {

// The figures of the summary, units in the names.
std::string summary_json(const results::RunResult& result);

// The whole result.
std::string result_json(const results::RunResult& result);
// Reads it back; an error if it is not such a text, is of a newer version, or was changed.
Result<results::RunResult> parse_result_json(std::string_view text);

}  // namespace ksmsim::viz
