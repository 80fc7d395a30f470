// What was measured, and docs/performance.md made of it. Nothing is rounded in our favour: our
// figures up, ksmd's and ratios down, and a floor is reached if the lowest ratio reaches it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/capture_case.hpp"
#include "tests/bench/ksm_case.hpp"
#include "tests/bench/memory_case.hpp"
#include "tests/bench/spread.hpp"
#include "tests/bench/stored_text.hpp"
#include "tests/bench/whole_memory_case.hpp"

namespace ksmsim::bench {

enum class RateSource : std::uint8_t { live, stored, none };

struct KsmRow {
  KsmCase c;
  Spread ours, ksmd, ratio;  // Nanoseconds for each page; ksmd and ratio mean nothing if `none`.
  RateSource source = RateSource::none;
};

struct MemoryRow {
  MemoryCase c;
  MemoryMeasured measured;
};

struct WholeMemoryRow {
  WholeMemoryCase c;
  MemoryMeasured measured;
};

// One way to go over captured memory. A ratio is that of capture to this way, in the same round.
struct CaptureRow {
  PageSize size = PageSize::small;
  Reading reading = Reading::capture;
  Spread gib_per_second, ratio;
};

// One thing that the program as a whole does.
struct ProgramRow {
  std::string kind, name, unit, bound;  // Bound: "at most 2", "at least 1".
  Spread value;
  Spread cpu_s;
  bool reached = false;
};

struct Report {
  std::vector<KsmRow> ksm;
  std::vector<MemoryRow> memory;
  std::vector<WholeMemoryRow> whole_memory;
  std::vector<CaptureRow> captures;
  std::vector<ProgramRow> programs;
  std::vector<std::string> missing;  // What could not be measured, and why.

  // The tables and the sentences. An error if a kind of case has no sentence.
  Result<std::string> markdown(const Bounds& bounds) const;
};

// "yes", "only by the median" or "no"; "-" where there is no floor or nothing to compare with.
std::string verdict(const KsmRow& row);

}  // namespace ksmsim::bench
