// The figures of the summary, worked out once from a result, so that text and JSON agree.
//
// Units stand in the names; fractions are of 1. "Saved" is the truth (frames that guests' pages do
// not take, less KSM's own metadata), "claimed" is what the counters say. Times are at the
// resolution of the samples.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/ksm/traits.hpp"
#include "sim/results/run_result.hpp"
#include "viz/ksmd_cpu.hpp"

namespace ksmsim::viz {

// What is saved at one moment.
struct Saving {
  double at_s = 0;
  std::int64_t guest_bytes = 0;     // What guests hold.
  std::int64_t saved_bytes = 0;     // Net of metadata.
  std::int64_t content_bytes = 0;   // Of it by merging equal contents, metadata not taken off.
  std::int64_t zero_bytes = 0;      // Of it by the kernel's page of zeros.
  std::int64_t metadata_bytes = 0;  //
  std::int64_t claimed_bytes = 0;   // (pages_sharing + ksm_zero_pages) * 4096.
};

struct SummaryFigures {
  bool nothing_registered = false;  // viz/registration.hpp
  Saving begin, end, peak;
  Saving floor;  // The least after the peak.
  double duration_s = 0;
  // Seconds until this much of the final saving was reached first; nothing saved: none.
  std::optional<double> s_to_50, s_to_90, s_to_99;
  std::int64_t passes = 0;
  double cpu_s = 0;
  KsmdCpu cpu;
  std::optional<double> cpu_s_per_gib;
  std::optional<double> sharing_ratio;  // pages_sharing / pages_shared.
  std::optional<double> waste_ratio;    // pages_unshared / pages_sharing.
  double breaks_per_min_mean = 0;       // Writes that ended a page's merging.
  std::int64_t breaks_worst_min = 0;
  double worst_min_at_s = 0;
  std::int64_t possible_bytes = 0;  // What equal contents allow at the end.
  std::vector<std::pair<std::string, std::int64_t>> unmerged_bytes;  // By reason; only > 0.
  std::int64_t general_profit_bytes = 0;
};

// The kernel that was simulated: what it lacks is not shown.
const ksm::Traits& kernel_of(const results::RunResult& result);

// REQUIRES: the result has a sample.
SummaryFigures summary_figures(const results::RunResult& result);

}  // namespace ksmsim::viz
