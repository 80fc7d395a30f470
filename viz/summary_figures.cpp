#include "viz/summary_figures.hpp"

#include <algorithm>

#include "sim/ksm/files.hpp"
#include "viz/registration.hpp"
#include "viz/words.hpp"

namespace ksmsim::viz {
namespace {

using results::Sample;

Saving saving(const Sample& s, const ksm::Traits& kernel) {
  const std::int64_t zero_pages =
      ksm::has_file(kernel, "ksm_zero_pages") ? s.counters.ksm_zero_pages : 0;
  return {.at_s = in_seconds(s.at_ns),
          .guest_bytes = s.truth.present_pages * kPage,
          .saved_bytes = s.truth.saved_bytes(),
          .content_bytes = (s.truth.saved_pages - s.truth.zero_pages) * kPage,
          .zero_bytes = s.truth.zero_pages * kPage,
          .metadata_bytes = s.truth.metadata_bytes,
          .claimed_bytes = (s.counters.pages_sharing + zero_pages) * kPage};
}

std::optional<double> time_to(const std::vector<Sample>& samples, double part) {
  const auto final_bytes = static_cast<double>(samples.back().truth.saved_bytes());
  if (final_bytes <= 0) return std::nullopt;
  for (const Sample& s : samples) {
    if (static_cast<double>(s.truth.saved_bytes()) >= part * final_bytes)
      return in_seconds(s.at_ns);
  }
  return std::nullopt;
}

std::optional<double> ratio(std::int64_t a, std::int64_t b) {
  if (b == 0) return std::nullopt;
  return static_cast<double>(a) / static_cast<double>(b);
}

}  // namespace

const ksm::Traits& kernel_of(const results::RunResult& result) {
  for (const auto& [name, value] : result.configuration) {
    if (name != "kernel") continue;
    if (const auto traits = ksm::traits_of(value)) return **traits;
  }
  return ksm::default_traits();
}

SummaryFigures summary_figures(const results::RunResult& result) {
  const ksm::Traits& kernel = kernel_of(result);
  const std::vector<Sample>& samples = result.samples;
  const Sample& last = samples.back();
  SummaryFigures f;
  f.nothing_registered = nothing_was_registered(result);
  f.begin = saving(samples.front(), kernel);
  f.end = saving(last, kernel);
  const auto less = [](const Sample& a, const Sample& b) {
    return a.truth.saved_bytes() < b.truth.saved_bytes();
  };
  const auto peak = std::max_element(samples.begin(), samples.end(), less);
  f.peak = saving(*peak, kernel);
  f.floor = saving(*std::min_element(peak, samples.end(), less), kernel);
  f.duration_s = in_seconds(last.at_ns);
  f.s_to_50 = time_to(samples, 0.50);
  f.s_to_90 = time_to(samples, 0.90);
  f.s_to_99 = time_to(samples, 0.99);
  f.passes = last.passes;
  f.cpu_s = in_seconds(last.ksmd_cpu_ns);
  f.cpu = ksmd_cpu(result);
  if (f.end.saved_bytes > 0) {
    f.cpu_s_per_gib = f.cpu_s / (static_cast<double>(f.end.saved_bytes) / (1 << 30));
  }
  f.sharing_ratio = ratio(last.counters.pages_sharing, last.counters.pages_shared);
  f.waste_ratio = ratio(last.counters.pages_unshared, last.counters.pages_sharing);
  if (f.duration_s > 0) {
    f.breaks_per_min_mean = static_cast<double>(last.truth.write_breaks) * 60 / f.duration_s;
  }
  f.breaks_worst_min = result.worst_minute.breaks;
  f.worst_min_at_s = in_seconds(result.worst_minute.from_ns);
  f.possible_bytes = result.duplicates.possible_pages * kPage;
  for (std::size_t i = 0; i < result.duplicates.unmerged_pages.size(); ++i) {
    const std::int64_t pages = result.duplicates.unmerged_pages[i];
    if (pages > 0) f.unmerged_bytes.emplace_back(results::kWhyNot[i], pages * kPage);
  }
  f.general_profit_bytes = general_profit(last.counters);
  return f;
}

}  // namespace ksmsim::viz
