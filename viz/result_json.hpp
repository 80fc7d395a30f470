// A whole run as JSON, which other commands read back.
//
// It is lossless: read(write(r)) == r, and its digest is checked when it is read.
#pragma once
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/results/run_result.hpp"

namespace ksmsim::viz {

// The whole result.
std::string result_json(const results::RunResult& result);
// Reads it back; an error if it is not such a text, is of a newer version, or was changed.
Result<results::RunResult> parse_result_json(std::string_view text);

}  // namespace ksmsim::viz
