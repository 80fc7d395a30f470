// ksmd's CPU time, worked out once from a result: over the whole run, while merging has not settled
// yet, and after that; and what it may be on other machines.
//
// Percentages are of one core. Times are at the resolution of the samples.
#pragma once
#include <optional>
#include <vector>

#include "sim/results/run_result.hpp"

namespace ksmsim::viz {

// In a result's provenance: how many prices of ksmd's work are others than the measured ones.
inline constexpr const char* kPricesGiven = "prices given";

struct CpuUse {
  double percent = 0;
  // On the machines that are known (viz/known_machines.hpp). Nothing where prices were given: those
  // are of the user's own machine.
  std::optional<double> low_percent, high_percent;
};

struct KsmdCpu {
  CpuUse mean;
  double p95_percent = 0;  // Of the intervals between samples.
  // What is saved has *settled* from the first sample on at which two passes have ended (pages
  // merge at their second visit) and after which it stays within a tenth of what is saved in the
  // end, if that holds for the last fifth of the run at least. Nothing: it never did.
  std::optional<double> settled_at_s;
  std::optional<CpuUse> first_passes;  // Until then; nothing if it never settles, or at once.
  std::optional<CpuUse> steady;        // From then on; nothing if it never settles.
};

// REQUIRES: the result has a sample.
KsmdCpu ksmd_cpu(const results::RunResult& result);

}  // namespace ksmsim::viz
