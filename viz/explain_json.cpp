#include <fmt/core.h>

#include "viz/explain_view.hpp"
#include "viz/json_words.hpp"
#include "viz/registration.hpp"
#include "viz/storm_view.hpp"
#include "viz/summary_json.hpp"
#include "viz/words.hpp"

namespace ksmsim::viz {
namespace {

using results::DuplicateRow;

Json reasons_json(const results::RunResult& result, const ExplainFigures& f) {
  Json list = Json::array();
  const results::Duplicates& duplicates = result.duplicates;
  for (std::size_t w = 0; w < results::kWhyNot.size(); ++w) {
    if (duplicates.unmerged_pages[w] == 0) continue;
    list.push_back({{"reason", results::kWhyNot[w]},
                    {"bytes", duplicates.unmerged_pages[w] * kPage},
                    {"advice", text_json(advice(static_cast<results::WhyNot>(w), result, f))}});
  }
  return list;
}

Json details_json(const results::Duplicates& duplicates) {
  Json json = Json::object();
  for (std::size_t d = 0; d < results::kDetail.size(); ++d) {
    std::int64_t pages = 0;
    for (const DuplicateRow& row : duplicates.guests) pages += row.detail_pages[d];
    if (pages > 0) json[results::kDetail[d]] = pages * kPage;
  }
  return json;
}

// Why nothing is registered, usually; empty where something is.
Json registration_json(const ExplainFigures& f) {
  Json list = Json::array();
  if (!f.nothing_registered) return list;
  for (const Unregistered& usual : usual_unregistered()) {
    list.push_back({{"memory", usual.memory}, {"why", usual.why}, {"remedy", usual.remedy}});
  }
  return list;
}

Json rows_json(const std::vector<DuplicateRow>& rows) {
  Json list = Json::array();
  for (const DuplicateRow& row : rows) {
    Json reasons = Json::object();
    std::int64_t unmerged = 0;
    for (std::size_t w = 0; w < results::kWhyNot.size(); ++w) {
      if (row.unmerged_pages[w] == 0) continue;
      reasons[results::kWhyNot[w]] = row.unmerged_pages[w] * kPage;
      unmerged += row.unmerged_pages[w];
    }
    const std::string name = row.name.empty() ? std::to_string(row.number) : row.name;
    list.push_back({{"name", text_json(name)},
                    {"held_bytes", row.present_pages * kPage},
                    {"duplicated_bytes", (row.saved_pages + unmerged) * kPage},
                    {"merged_bytes", row.saved_pages * kPage},
                    {"not_merged_bytes", std::move(reasons)},
                    {"not_registered_bytes", row.unregistered_pages * kPage},
                    {"never_still_bytes", row.restless_pages * kPage},
                    {"equal_in_swap_bytes", row.swapped_pages * kPage}});
  }
  return list;
}

Json radii_json(const std::vector<results::Blast>& blasts) {
  Json list = Json::array();
  for (const results::Blast& blast : blasts) {
    Json json{{"bytes", blast.pages * kPage}, {"guests", value_json(blast.guests)}};
    if (!blast.page_class.empty()) json["class"] = text_json(blast.page_class);
    list.push_back(std::move(json));
  }
  return list;
}

Json fall_json(const results::Fall& fall) {
  if (fall.kb() == 0) return nullptr;
  return {{"from_bytes", fall.from_kb * 1024},
          {"from_s", in_seconds(fall.from_ns)},
          {"to_bytes", fall.to_kb * 1024},
          {"to_s", in_seconds(fall.to_ns)}};
}

// How available memory went; null where RAM has no bound.
Json course_json(const results::RunResult& result) {
  if (!result.memory) return nullptr;
  const results::MemoryCourse& m = *result.memory;
  Json json{{"least_bytes", m.least_kb * 1024},
            {"least_at_s", in_seconds(m.least_at_ns)},
            {"fastest_fall", fall_json(m.fastest)},
            {"worst_minute_pages", m.storm.breaks},
            {"worst_minute_at_s", in_seconds(m.storm.from_ns)},
            {"worst_minute_bytes", m.storm_kb * 1024},
            {"worst_minute_fall", fall_json(m.storm_fall)}};
  const auto lasts = exhaustion(result);
  const bool fact = lasts && lasts->of == Exhaustion::Of::fact;
  json["was_exhausted_after_s"] = fact ? Json(lasts->s) : Json(nullptr);
  json["would_be_exhausted_after_s"] = lasts && !fact ? Json(lasts->s) : Json(nullptr);
  return json;
}

Json diverged_json(const results::Storm& storm) {
  Json json{{"at_s", in_seconds(storm.at_ns)}};
  json["available_bytes"] = storm.available_kb ? Json(*storm.available_kb * 1024) : Json(nullptr);
  json["all_merged_bytes"] = storm.saved_pages * kPage;
  json["classes"] = radii_json(storm.classes);
  json["groups"] = radii_json(storm.groups);
  return json;
}

Json storms_json(const results::RunResult& result) {
  static const std::vector<results::OomKill> none;
  Json causes = Json::array();
  for (const results::BreakCause& cause : result.break_causes) {
    causes.push_back({{"cause", text_json(cause.cause)},
                      {"pages", cause.breaks},
                      {"more_memory_bytes", cause.new_frames * kPage},
                      {"worst_minute_pages", cause.worst_minute.breaks},
                      {"worst_minute_at_s", in_seconds(cause.worst_minute.from_ns)}});
  }
  Json kills = Json::array();
  for (const results::OomKill& kill : result.host ? result.host->kills : none) {
    kills.push_back({{"guest", text_json(kill.guest)}, {"at_s", in_seconds(kill.at_ns)}});
  }
  Json json{{"worst_minute_pages", result.worst_minute.breaks},
            {"worst_minute_at_s", in_seconds(result.worst_minute.from_ns)},
            {"causes", std::move(causes)},
            {"memory", course_json(result)},
            {"kills", std::move(kills)}};
  const auto swap = swap_use(result);
  json["swap_used_bytes"] = swap ? Json(swap->end_bytes) : Json(nullptr);
  json["most_swap_used_bytes"] = swap ? Json(swap->most_bytes) : Json(nullptr);
  json.update(diverged_json(result.storm));
  const results::Storm* peak = larger_peak(result);
  json["at_largest_saving"] = peak ? diverged_json(*peak) : Json(nullptr);
  return json;
}

}  // namespace

std::string explain_json(const results::RunResult& result) {
  const ExplainFigures f = explain_figures(result);
  const Json json{{"format", "ksmsim-explanation"},
                  {"version", kSummaryVersion},
                  {"nothing_registered", f.nothing_registered},
                  {"usual_causes_of_that", registration_json(f)},
                  {"held_bytes", f.held_bytes},
                  {"duplicated_bytes", f.possible_bytes},
                  {"merged_bytes", f.merged_bytes},
                  {"not_merged", reasons_json(result, f)},
                  {"details_bytes", details_json(result.duplicates)},
                  {"equal_in_swap_bytes", f.swapped_bytes},
                  {"pass_s", optional_json(f.pass_s)},
                  {"pass_is_estimated", f.pass_is_estimated},
                  {"written_over_pages", optional_json(f.ended_pages)},
                  {"median_life_s", optional_json(f.median_life_s)},
                  {"lived_less_than_a_pass", optional_json(f.below_pass)},
                  {"lived_less_than_two_passes", optional_json(f.below_two_passes)},
                  {"never_still_bytes", f.restless_bytes},
                  {"not_registered_bytes", f.unregistered_bytes},
                  {"run", static_cast<int>(result.knobs.run)},
                  {"controller", text_json(result.controller.name)},
                  {"guests_not_seen_by_controller", value_json(result.controller.unseen_guests)},
                  {"by_class", rows_json(result.duplicates.classes)},
                  {"by_guest", rows_json(result.duplicates.guests)},
                  {"storms", storms_json(result)},
                  {"provenance", value_json(result.provenance)},
                  {"scenario", value_json(result.scenario)},
                  {"configuration", value_json(result.configuration)},
                  {"kept_knobs", value_json(result.kept_knobs)},
                  {"digest", fmt::format("{:016x}", result.digest)}};
  return json.dump(2) + "\n";
}

}  // namespace ksmsim::viz
