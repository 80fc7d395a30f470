// What a trace holds, counted by reading all of it.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "traces/reader.hpp"

namespace ksmsim::traces {

struct KindSummary {
  std::string verb;  // The word of the text form.
  std::uint64_t operations = 0;
  std::uint64_t pages = 0;  // Of their ranges.
};

struct TraceSummary {
  Good good;
  std::vector<KindSummary> kinds;          // Those that occur, by their numbers in the format.
  std::vector<std::uint64_t> class_pages;  // Pages written, by ClassId.
  std::uint64_t zero_pages_written = 0;
  std::uint64_t address_spaces = 0;     // That begin or are forked.
  std::uint64_t mapped_pages_most = 0;  // At one time, in all address spaces.
};

// Reads the trace to its end. The summary of a salvaging reader is that of the good part.
Result<TraceSummary> summarise(TraceReader& reader);

}  // namespace ksmsim::traces
