#include "sim/host/controllers/mom.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "sim/base/check.hpp"

namespace ksmsim::host::controllers {
namespace {

constexpr auto kFraction = ConstantKind::fraction;
constexpr std::string_view kKsmRules = "cited: MOM doc/ksm.rules";
constexpr std::string_view kMomConf = "cited: vdsm mom.conf";
constexpr std::string_view kBalloonPolicy = "cited: vdsm mom.d/02-balloon.policy";

constexpr std::array<Constant, 16> kMomTable{{
    {"policy_engine_interval", kWhole, "15", "s", 1, 1'000'000, kMomConf, "time between two looks"},
    {"sample_history_length", kWhole, "10", "looks", 1, 20, kMomConf,
     "over so many looks free memory is averaged"},
    {"ksm_pages_boost", kWhole, "300", "pages", -kPagesMost, kPagesMost, kKsmRules,
     "added to pages_to_scan while free memory is below the threshold"},
    {"ksm_pages_decay", kWhole, "-50", "pages", -kPagesMost, kPagesMost, kKsmRules,
     "added otherwise"},
    {"ksm_npages_min", kWhole, "64", "pages", 0, kPagesMost, kKsmRules, "pages_to_scan at least"},
    {"ksm_npages_max", kWhole, "1250", "pages", 0, kPagesMost, kKsmRules, "pages_to_scan at most"},
    {"ksm_sleep_ms_baseline", kWhole, "10", "ms", 0, 1'000'000, kKsmRules,
     "sleep_millisecs on a host with 16 GiB; others by the inverse of their RAM"},
    {"ksm_sleep_ms_min", kWhole, "0", "ms", 0, 1'000'000,
     "assumed: MOM's own rules have no least; this switch stands for vdsm's",
     "sleep_millisecs at least; vdsm's 03-ksm.policy has 10"},
    {"ksm_free_percent", kFraction, "0.20", "of RAM", 0, kMillion, kKsmRules, "the threshold"},
    {"balloon_enabled", ConstantKind::yes_no, "1", "", 0, 1,
     "assumed: oVirt Engine sets it for each cluster",
     "whether balloons grow; they shrink in any case"},
    {"pressure_threshold", kFraction, "0.20", "of RAM", 1, kMillion, kBalloonPolicy,
     "balloons grow while less is free"},
    {"pressure_critical", kFraction, "0.05", "of RAM", 0, kMillion, kBalloonPolicy,
     "guests are made to swap when no more is free"},
    {"min_guest_free_percent", kFraction, "0.20", "of a guest's memory", 0, kMillion,
     kBalloonPolicy, "what a guest keeps free under no pressure"},
    {"max_balloon_change_percent", kFraction, "0.05", "of a guest's memory", 0, kMillion,
     kBalloonPolicy, "a step of its balloon at most"},
    {"min_balloon_change_percent", kFraction, "0.0025", "of a guest's memory", 0, kMillion,
     kBalloonPolicy, "a smaller step is not taken"},
    {"balloon_min_percent", kFraction, "0", "of what a guest was given", 0, kMillion,
     "assumed: a setting of each guest in oVirt", "memory that a guest is guaranteed"},
}};

}  // namespace

ConstantTable mom_constants() { return kMomTable; }

std::unique_ptr<Controller> make_mom(const ConstantValues& values) {
  MomOptions options;
  options.policy_engine_interval = std::chrono::seconds(values["policy_engine_interval"]);
  options.sample_history_length = static_cast<std::size_t>(values["sample_history_length"]);
  options.ksm_pages_boost = values["ksm_pages_boost"];
  options.ksm_pages_decay = values["ksm_pages_decay"];
  options.ksm_npages_min = values["ksm_npages_min"];
  options.ksm_npages_max = values["ksm_npages_max"];
  options.ksm_sleep_ms_baseline = values["ksm_sleep_ms_baseline"];
  options.ksm_sleep_ms_min = values["ksm_sleep_ms_min"];
  options.ksm_free_percent = values["ksm_free_percent"];
  options.balloons = {.ballooning = values.is_yes("balloon_enabled") ? Ballooning::both_ways
                                                                     : Ballooning::deflates_only,
                      .pressure_threshold = values["pressure_threshold"],
                      .pressure_critical = values["pressure_critical"],
                      .min_guest_free = values["min_guest_free_percent"],
                      .max_change = values["max_balloon_change_percent"],
                      .min_change = values["min_balloon_change_percent"],
                      .guaranteed = values["balloon_min_percent"]};
  return std::make_unique<Mom>(options);
}

void Mom::take_sample(const HostView& view) {
  free_kb_.push_back(view.free_kb + view.buffers_kb + view.cached_kb);
  free_sum_kb_ += free_kb_.back();
  if (free_kb_.size() <= options_.sample_history_length) return;
  free_sum_kb_ -= free_kb_.front();
  free_kb_.pop_front();
}

// Comparisons are multiplied out, so that no fraction is rounded.
void Mom::tune_ksm(const HostView& view, Decision& decision) const {
  const auto write = [&](const char* knob, std::int64_t value, std::int64_t present) {
    if (value != present) decision.knobs.push_back({knob, std::to_string(value)});
  };
  const std::int64_t run = static_cast<std::int64_t>(view.knobs.run);
  const std::int64_t threshold = view.total_kb * options_.ksm_free_percent;
  const std::int64_t samples = static_cast<std::int64_t>(free_kb_.size());
  const std::int64_t free_sum = free_sum_kb_ * kMillion;
  std::int64_t committed_kb = 0;
  for (const GuestProcess& guest : view.guests) committed_kb += guest.size_kb;

  if (threshold + committed_kb * kMillion < view.total_kb * kMillion &&
      free_sum > threshold * samples) {
    return write("run", 0, run);
  }
  const std::int64_t present = view.knobs.pages_to_scan;
  const std::int64_t delta =
      free_sum < threshold * samples ? options_.ksm_pages_boost : options_.ksm_pages_decay;
  const std::int64_t pages =
      std::max(std::min(present + delta, options_.ksm_npages_max), options_.ksm_npages_min);
  const std::int64_t sleep_ms = std::max(
      options_.ksm_sleep_ms_baseline * kBaselineKb / view.total_kb, options_.ksm_sleep_ms_min);
  write("run", 1, run);
  write("pages_to_scan", pages, present);
  write("sleep_millisecs", sleep_ms, view.knobs.sleep_millisecs);
}

Decision Mom::decide(const HostView& view) {
  KSM_CHECK(view.total_kb > 0);
  take_sample(view);
  Decision decision;
  tune_ksm(view, decision);
  const std::int64_t samples = static_cast<std::int64_t>(free_kb_.size());
  const std::int64_t host_free = free_sum_kb_ * kMillion / (view.total_kb * samples);
  decision.balloons = balloon_targets(options_.balloons, view.guests, host_free);
  return decision;
}

}  // namespace ksmsim::host::controllers
