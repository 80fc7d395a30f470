#include "viz/duplicates_json.hpp"

#include <array>

namespace ksmsim::viz {
namespace {

using results::Blast;
using results::DuplicateRow;

// The numbers of an array that are not 0, by their names.
template <std::size_t N>
Json named_json(const std::array<std::int64_t, N>& numbers,
                const std::array<const char*, N>& names) {
  Json json = Json::object();
  for (std::size_t i = 0; i < N; ++i) {
    if (numbers[i] != 0) json[names[i]] = numbers[i];
  }
  return json;
}

template <std::size_t N>
void named_of(const Json& json, const std::array<const char*, N>& names,
              std::array<std::int64_t, N>& numbers) {
  for (std::size_t i = 0; i < N; ++i) {
    if (json.contains(names[i])) numbers[i] = number_of<std::int64_t>(json.at(names[i]));
  }
}

Json list_json(const std::vector<DuplicateRow>& rows) {
  Json list = Json::array();
  for (const DuplicateRow& row : rows) {
    Json json{{"number", row.number}, {"name", text_json(row.name)}};
    results::for_each_row_number(
        row, [&](const char* name, const std::int64_t& value) { json[name] = value; });
    json["unmerged_pages"] = named_json(row.unmerged_pages, results::kWhyNot);
    json["detail_pages"] = named_json(row.detail_pages, results::kDetail);
    list.push_back(std::move(json));
  }
  return list;
}

std::vector<DuplicateRow> rows_of(const Json& list) {
  std::vector<DuplicateRow> rows;
  for (const Json& json : list) {
    DuplicateRow& row = rows.emplace_back();
    row.number = number_of<std::uint32_t>(json.at("number"));
    row.name = text_of(json.at("name"));
    results::for_each_row_number(row, [&](const char* name, std::int64_t& value) {
      value = number_of<std::int64_t>(json.at(name));
    });
    named_of(json.at("unmerged_pages"), results::kWhyNot, row.unmerged_pages);
    named_of(json.at("detail_pages"), results::kDetail, row.detail_pages);
  }
  return rows;
}

Json blasts_json(const std::vector<Blast>& blasts) {
  Json list = Json::array();
  for (const Blast& blast : blasts) {
    Json guests = Json::array();
    for (const std::string& guest : blast.guests) guests.push_back(text_json(guest));
    list.push_back({{"number", blast.number},
                    {"class", text_json(blast.page_class)},
                    {"guests", std::move(guests)},
                    {"pages", blast.pages}});
  }
  return list;
}

std::vector<Blast> blasts_of(const Json& list) {
  std::vector<Blast> blasts;
  for (const Json& json : list) {
    Blast& blast = blasts.emplace_back();
    blast.number = number_of<std::uint32_t>(json.at("number"));
    blast.page_class = text_of(json.at("class"));
    for (const Json& guest : json.at("guests")) blast.guests.push_back(text_of(guest));
    blast.pages = number_of<std::int64_t>(json.at("pages"));
  }
  return blasts;
}

}  // namespace

Json duplicates_json(const results::Duplicates& duplicates) {
  Json json{{"possible_pages", duplicates.possible_pages}};
  for (std::size_t i = 0; i < results::kWhyNot.size(); ++i) {
    json[results::kWhyNot[i]] = duplicates.unmerged_pages[i];
  }
  return json;
}

Json rows_json(const results::Duplicates& duplicates) {
  return {{"classes", list_json(duplicates.classes)}, {"guests", list_json(duplicates.guests)}};
}

results::Duplicates duplicates_of(const Json& json) {
  results::Duplicates duplicates;
  duplicates.possible_pages = number_of<std::int64_t>(json.at("possible_pages"));
  for (std::size_t i = 0; i < results::kWhyNotOfOld; ++i) (void)json.at(results::kWhyNot[i]);
  named_of(json, results::kWhyNot, duplicates.unmerged_pages);
  return duplicates;
}

void add_rows(const Json& json, results::Duplicates& duplicates) {
  duplicates.classes = rows_of(json.at("classes"));
  duplicates.guests = rows_of(json.at("guests"));
}

Json storm_json(const results::Storm& storm) {
  Json json{{"saved_pages", storm.saved_pages},
            {"classes", blasts_json(storm.classes)},
            {"groups", blasts_json(storm.groups)},
            {"at_ns", storm.at_ns}};
  if (storm.available_kb) json["available_kb"] = *storm.available_kb;
  return json;
}

results::Storm storm_of(const Json& json) {
  results::Storm storm;
  storm.saved_pages = number_of<std::int64_t>(json.at("saved_pages"));
  storm.classes = blasts_of(json.at("classes"));
  storm.groups = blasts_of(json.at("groups"));
  // Results of older programs have neither.
  if (json.contains("at_ns")) storm.at_ns = number_of<std::int64_t>(json.at("at_ns"));
  if (json.contains("available_kb")) {
    storm.available_kb = number_of<std::int64_t>(json.at("available_kb"));
  }
  return storm;
}

}  // namespace ksmsim::viz
