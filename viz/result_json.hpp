// A whole run as JSON, which other commands read back (docs/results.md).
//
// It is lossless: read(write(r)) == r.
#pragma once
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/results/run_result.hpp"

namespace ksmsim::viz {

// The whole result.
std::string result_json(const results::RunResult& result);
// Reads it back. An error in one line, field and what would be right, if it is not such a text, is
// of another version, or does not fit its digests.
Result<results::RunResult> parse_result_json(std::string_view text);
// The same, whatever the digests say.
Result<results::RunResult> parse_unguarded_result_json(std::string_view text);

}  // namespace ksmsim::viz
