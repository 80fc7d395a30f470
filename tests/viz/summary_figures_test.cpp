#include "viz/summary_figures.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/viz/made_up_result.hpp"

namespace ksmsim::viz {
namespace {

constexpr std::int64_t kPage = 4096;

results::RunResult of_samples(std::vector<results::Sample> samples) {
  results::RunResult result;
  result.samples = std::move(samples);
  return result;
}

}  // namespace

TEST_CASE("beginning, end, peak and floor are those of the samples, less KSM's own metadata") {
  const SummaryFigures f = summary_figures(made_up_result());
  CHECK(f.begin.saved_bytes == 0);
  CHECK(f.end.at_s == 100);
  CHECK(f.end.guest_bytes == 1000 * kPage);
  CHECK(f.end.saved_bytes == 199 * kPage);
  CHECK(f.end.content_bytes == 140 * kPage);
  CHECK(f.end.zero_bytes == 60 * kPage);
  CHECK(f.end.metadata_bytes == kPage);
  CHECK(f.end.claimed_bytes == 210 * kPage);
  CHECK(f.peak.at_s == 30);
  CHECK(f.peak.saved_bytes == 300 * kPage);
  CHECK(f.floor.at_s == 60);
  CHECK(f.floor.saved_bytes == 100 * kPage);
  CHECK(f.duration_s == 100);
  CHECK(f.passes == 7);
}

TEST_CASE("a floor comes after the peak, and of a run that only rises it is the peak") {
  const SummaryFigures f =
      summary_figures(of_samples({sample_at(0, 5), sample_at(1, 1), sample_at(2, 9)}));
  CHECK(f.peak.at_s == 2);
  CHECK(f.floor.at_s == 2);
}

TEST_CASE("times to parts of the final saving are when it was reached first") {
  const SummaryFigures f = summary_figures(made_up_result());  // In the end 199 pages net.
  CHECK(f.s_to_50 == 10.0);
  CHECK(f.s_to_90 == 20.0);
  CHECK(f.s_to_99 == 30.0);
}

TEST_CASE("where nothing is saved in the end there are no times and no price of a GiB") {
  for (const std::int64_t saved : {0, -3}) {
    const SummaryFigures f =
        summary_figures(of_samples({sample_at(0, 0), sample_at(1, 9), sample_at(2, saved)}));
    CHECK_FALSE(f.s_to_50);
    CHECK_FALSE(f.s_to_99);
    CHECK_FALSE(f.cpu_s_per_gib);
  }
}

TEST_CASE("CPU time is in seconds, in all and for each GiB that is saved") {
  const SummaryFigures f = summary_figures(made_up_result());
  CHECK(f.cpu_s == Approx(8));
  CHECK(f.cpu_s_per_gib.value() == Approx(8.0 * (1 << 30) / (199.0 * 4096)));
}

TEST_CASE("ratios are those of the counters, and none where there is no denominator") {
  const SummaryFigures f = summary_figures(made_up_result());
  CHECK(f.sharing_ratio == 3.0);
  CHECK(f.waste_ratio == 0.5);
  CHECK(f.general_profit_bytes == 210 * kPage - 900 * std::int64_t{64});
  const SummaryFigures none = summary_figures(of_samples({sample_at(0, 0)}));
  CHECK_FALSE(none.sharing_ratio);
  CHECK_FALSE(none.waste_ratio);
}

TEST_CASE("breaks are writes a minute, and the worst minute is the one with most of them") {
  const SummaryFigures f = summary_figures(made_up_result());
  CHECK(f.breaks_per_min_mean == Approx(180));
  CHECK(f.breaks_worst_min == 250);
  CHECK(f.worst_min_at_s == 3);
}

TEST_CASE("a run of a single moment has figures, all of them finite") {
  const SummaryFigures f = summary_figures(of_samples({sample_at(0, 7)}));
  CHECK(f.duration_s == 0);
  CHECK(f.cpu.mean.percent == 0);
  CHECK(f.breaks_per_min_mean == 0);
  CHECK(f.s_to_99 == 0.0);
  CHECK(f.cpu_s_per_gib == 0.0);
}

TEST_CASE("why what is equal is not merged: only reasons that there are, in bytes") {
  const SummaryFigures f = summary_figures(made_up_result());
  CHECK(f.possible_bytes == 400 * kPage);
  using Reasons = std::vector<std::pair<std::string, std::int64_t>>;
  CHECK(f.unmerged_bytes == Reasons{{"changed too often", 40 * kPage},
                                    {"skipped by smart scan", 30 * kPage},
                                    {"at the sharing limit", 20 * kPage},
                                    {"not reached yet", 110 * kPage}});
}

}  // namespace ksmsim::viz
