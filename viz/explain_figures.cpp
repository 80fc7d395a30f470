#include "viz/explain_figures.hpp"
#include "viz/words.hpp"

#include <algorithm>
#include <limits>

namespace ksmsim::viz {
namespace {

using results::Sample;

// From the end of the first whole pass to that of the last; of a single pass from the beginning.
std::optional<double> mean_pass_s(const std::vector<Sample>& samples) {
  const std::int64_t passes = samples.back().passes;
  if (passes == 0) return std::nullopt;
  const auto reached = [&samples](std::int64_t wanted) {
    const auto at = std::find_if(samples.begin(), samples.end(),
                                 [wanted](const Sample& s) { return s.passes >= wanted; });
    return at;
  };
  const auto first = reached(1);
  const auto last = reached(passes);
  const std::int64_t further = passes - first->passes;
  if (further == 0) return in_seconds(last->at_ns) / static_cast<double>(passes);
  return in_seconds(last->at_ns - first->at_ns) / static_cast<double>(further);
}

double part_below(const results::LifeCounts& counts, double s) {
  const double ms = std::min(s * 1000, double{std::numeric_limits<std::uint32_t>::max()});
  return static_cast<double>(counts.below(static_cast<std::uint32_t>(ms))) /
         static_cast<double>(counts.total());
}

}  // namespace

ExplainFigures explain_figures(const ExplainFacts& facts) {
  const results::RunResult& result = facts.result;
  const Sample& last = result.samples.back();
  ExplainFigures f;
  for (const results::DuplicateRow& row : result.duplicates.classes) {
    f.held_bytes += row.present_pages * kPage;
    f.unregistered_bytes += row.unregistered_pages * kPage;
    f.restless_bytes += row.restless_pages * kPage;
    f.swapped_bytes += row.swapped_pages * kPage;
    f.merged_bytes += row.saved_pages * kPage;
  }
  f.possible_bytes = result.duplicates.possible_pages * kPage;
  f.pass_s = mean_pass_s(result.samples);
  if (!f.pass_s && last.counters.pages_scanned > 0) {
    const std::int64_t held_pages = (f.held_bytes - f.unregistered_bytes) / kPage;
    const auto pages = static_cast<double>(held_pages);
    f.pass_s = in_seconds(last.at_ns) * pages / static_cast<double>(last.counters.pages_scanned);
    f.pass_is_estimated = true;
  }
  f.ended_pages = facts.lives.ended.total();
  if (f.ended_pages == 0) return f;
  f.median_life_s = static_cast<double>(facts.lives.ended.median_ms()) / 1000;
  if (f.pass_s) {
    f.below_pass = part_below(facts.lives.ended, *f.pass_s);
    f.below_two_passes = part_below(facts.lives.ended, 2 * *f.pass_s);
  }
  return f;
}

}  // namespace ksmsim::viz
