#include "viz/explain_figures.hpp"
#include "viz/registration.hpp"
#include "viz/words.hpp"

#include <algorithm>
#include <limits>

namespace ksmsim::viz {
namespace {

using results::Sample;

using Samples = std::vector<Sample>;
using At = Samples::const_iterator;

// What ksmd did from one sample to a later one while it might: an interval counts if run was 1 as
// it began. Where KSM is switched off nothing is on its way, however long that takes.
struct Progress {
  std::int64_t ns = 0;
  std::int64_t passes = 0;
  std::int64_t scanned_pages = 0;
  std::int64_t cpu_ns = 0;
};

Progress progress(At from, At to) {
  Progress sum;
  for (; from != to; ++from) {
    if (from->run != 1) continue;
    const Sample& next = *(from + 1);
    sum.ns += next.at_ns - from->at_ns;
    sum.passes += next.passes - from->passes;
    sum.scanned_pages += next.counters.pages_scanned - from->counters.pages_scanned;
    sum.cpu_ns += next.ksmd_cpu_ns - from->ksmd_cpu_ns;
  }
  return sum;
}

// From the end of the first whole pass to that of the last; of a single pass from the beginning.
std::optional<double> mean_pass_s(const Samples& samples) {
  const auto reached = [&samples](std::int64_t wanted) {
    return std::find_if(samples.begin(), samples.end(),
                        [wanted](const Sample& s) { return s.passes >= wanted; });
  };
  const At last = reached(samples.back().passes);
  Progress counted = progress(reached(std::min<std::int64_t>(1, last->passes)), last);
  if (counted.passes == 0) counted = progress(samples.begin(), last);
  if (counted.passes == 0) return std::nullopt;
  return in_seconds(counted.ns) / static_cast<double>(counted.passes);
}

double part_below(const results::LifeCounts& counts, double s) {
  const double ms = std::min(s * 1000, double{std::numeric_limits<std::uint32_t>::max()});
  return static_cast<double>(counts.below(static_cast<std::uint32_t>(ms))) /
         static_cast<double>(counts.total());
}

}  // namespace

ExplainFigures explain_figures(const results::RunResult& result) {
  const Progress all = progress(result.samples.begin(), result.samples.end() - 1);
  ExplainFigures f;
  f.nothing_registered = nothing_was_registered(result);
  for (const results::DuplicateRow& row : result.duplicates.classes) {
    f.held_bytes += row.present_pages * kPage;
    f.unregistered_bytes += row.unregistered_pages * kPage;
    f.restless_bytes += row.restless_pages * kPage;
    f.swapped_bytes += row.swapped_pages * kPage;
    f.merged_bytes += row.saved_pages * kPage;
  }
  f.possible_bytes = result.duplicates.possible_pages * kPage;
  f.pass_s = mean_pass_s(result.samples);
  if (!f.pass_s && all.scanned_pages > 0) {
    const std::int64_t held_pages = (f.held_bytes - f.unregistered_bytes) / kPage;
    const auto pages = static_cast<double>(held_pages);
    f.pass_s = in_seconds(all.ns) * pages / static_cast<double>(all.scanned_pages);
    f.pass_is_estimated = true;
  }
  f.scanned_unseen = !f.pass_s && result.samples.back().counters.pages_scanned > 0;
  if (all.ns > 0) f.ksmd_part = static_cast<double>(all.cpu_ns) / static_cast<double>(all.ns);
  if (!result.lives) return f;
  const results::LifeCounts& ended = result.lives->ended;
  f.ended_pages = ended.total();
  if (f.ended_pages == 0) return f;
  f.median_life_s = static_cast<double>(ended.median_ms()) / 1000;
  if (f.pass_s) {
    f.below_pass = part_below(ended, *f.pass_s);
    f.below_two_passes = part_below(ended, 2 * *f.pass_s);
  }
  return f;
}

}  // namespace ksmsim::viz
