#include <fmt/core.h>

#include "viz/explain_view.hpp"
#include "viz/json_words.hpp"
#include "viz/storm_view.hpp"

namespace ksmsim::viz {
namespace {

using results::DuplicateRow;

constexpr auto kPage = static_cast<std::int64_t>(kPageBytes);

template <class T>
Json optional(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json names_json(const std::vector<std::string>& names) {
  Json list = Json::array();
  for (const std::string& name : names) list.push_back(text_json(name));
  return list;
}

Json reasons_json(const ExplainFacts& facts, const ExplainFigures& f) {
  Json list = Json::array();
  const results::Duplicates& duplicates = facts.result.duplicates;
  for (std::size_t w = 0; w < results::kWhyNot.size(); ++w) {
    if (duplicates.unmerged_pages[w] == 0) continue;
    list.push_back({{"reason", results::kWhyNot[w]},
                    {"bytes", duplicates.unmerged_pages[w] * kPage},
                    {"advice", text_json(advice(static_cast<results::WhyNot>(w), facts, f))}});
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

Json blasts_json(const std::vector<results::Blast>& blasts) {
  Json list = Json::array();
  for (const results::Blast& blast : blasts) {
    Json json{{"bytes", blast.pages * kPage}, {"guests", names_json(blast.guests)}};
    if (!blast.page_class.empty()) json["class"] = text_json(blast.page_class);
    list.push_back(std::move(json));
  }
  return list;
}

Json storms_json(const results::RunResult& result) {
  Json causes = Json::array();
  for (const results::BreakCause& cause : result.break_causes) {
    causes.push_back(
        {{"cause", text_json(cause.cause)},
         {"pages", cause.breaks},
         {"more_memory_bytes", cause.new_frames * kPage},
         {"worst_minute_pages", cause.worst_minute.breaks},
         {"worst_minute_at_s", static_cast<double>(cause.worst_minute.from_ns) / 1e9}});
  }
  return {{"worst_minute_pages", result.worst_minute.breaks},
          {"worst_minute_at_s", static_cast<double>(result.worst_minute.from_ns) / 1e9},
          {"causes", std::move(causes)},
          {"free_bytes", optional(free_bytes(result))},
          {"exhausted_at_worst_rate_s", optional(exhaustion_s(result))},
          {"all_merged_bytes", result.storm.saved_pages * kPage},
          {"classes", blasts_json(result.storm.classes)},
          {"groups", blasts_json(result.storm.groups)}};
}

}  // namespace

std::string explain_json(const ExplainFacts& facts) {
  const ExplainFigures f = explain_figures(facts);
  const results::RunResult& result = facts.result;
  const Json json{{"held_bytes", f.held_bytes},
                  {"duplicated_bytes", f.possible_bytes},
                  {"merged_bytes", f.merged_bytes},
                  {"not_merged", reasons_json(facts, f)},
                  {"details_bytes", details_json(result.duplicates)},
                  {"equal_in_swap_bytes", f.swapped_bytes},
                  {"pass_s", optional(f.pass_s)},
                  {"pass_is_estimated", f.pass_is_estimated},
                  {"written_over_pages", f.ended_pages},
                  {"median_life_s", optional(f.median_life_s)},
                  {"lived_less_than_a_pass", optional(f.below_pass)},
                  {"lived_less_than_two_passes", optional(f.below_two_passes)},
                  {"never_still_bytes", f.restless_bytes},
                  {"not_registered_bytes", f.unregistered_bytes},
                  {"run", static_cast<int>(facts.knobs.run)},
                  {"controller", facts.controller},
                  {"guests_not_seen_by_controller", names_json(facts.unseen_guests)},
                  {"by_class", rows_json(result.duplicates.classes)},
                  {"by_guest", rows_json(result.duplicates.guests)},
                  {"storms", storms_json(result)},
                  {"digest", fmt::format("{:016x}", result.digest)}};
  return json.dump(2) + "\n";
}

}  // namespace ksmsim::viz
