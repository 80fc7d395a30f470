// How `ksmsim trace` says what a trace holds: functions from values to text.
#pragma once
#include <cstdint>
#include <string>

#include "sim/base/result.hpp"
#include "traces/header.hpp"
#include "traces/reader.hpp"
#include "traces/summary.hpp"

namespace ksmsim::cli {

// One line: blocks, operations, seconds, bytes.
std::string good_text(const traces::Good& good);
// `hash` is the XXH3 (64 bits) of the whole file.
std::string info_text(const traces::TraceHeader& header, const traces::TraceSummary& summary,
                      std::uint64_t hash);
std::string info_json(const traces::TraceHeader& header, const traces::TraceSummary& summary,
                      std::uint64_t hash);
// The hash of a file; errors name it.
Result<std::uint64_t> hash_file(const std::string& path);

}  // namespace ksmsim::cli
