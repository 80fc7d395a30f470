#include "viz/result_json.hpp"

#include <fmt/core.h>

#include <charconv>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "viz/breaks_json.hpp"
#include "viz/duplicates_json.hpp"
#include "viz/host_json.hpp"
#include "viz/json_words.hpp"

namespace ksmsim::viz {
namespace {

constexpr const char* kFormat = "ksmsim-result";
constexpr int kVersion = 1;

// Calls f(name, member) for every number of a sample; S is Sample or const.
template <class S, class F>
void for_each_number(S& s, F&& f) {
  f("at_ns", s.at_ns);
  for_each_field(s.counters, f);
  results::for_each_truth(s.truth, f);
  f("ksmd_cpu_ns", s.ksmd_cpu_ns);
  f("passes", s.passes);
  f("pages_to_scan", s.pages_to_scan);
}

// Knobs that are not in the digest: they follow from the events.
Json knobs_json(const std::vector<results::Sample>& samples) {
  Json rows = Json::array();
  for (const auto& s : samples) rows.push_back(Json::array({s.run, s.sleep_millisecs}));
  return {{"columns", {"run", "sleep_millisecs"}}, {"samples", std::move(rows)}};
}
void add_knobs(const Json& json, std::vector<results::Sample>& samples) {
  const Json& rows = json.at("samples");
  if (rows.size() != samples.size()) {
    throw std::range_error("the knobs have another number of samples than the run");
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    samples[i].run = number_of<std::int64_t>(rows[i].at(0));
    samples[i].sleep_millisecs = number_of<std::int64_t>(rows[i].at(1));
  }
}

results::RunResult from_json(const Json& json) {
  results::RunResult r;
  pairs_of(json.at("provenance"), r.provenance);
  pairs_of(json.at("configuration"), r.configuration);
  for (const Json& row : json.at("samples")) {
    results::Sample& s = r.samples.emplace_back();
    std::size_t column = 0;
    for_each_number(
        s, [&](const char*, std::int64_t& v) { v = number_of<std::int64_t>(row.at(column++)); });
  }
  for (const Json& e : json.at("events")) {
    r.events.push_back({number_of<std::int64_t>(e.at(0)), text_of(e.at(1))});
  }
  for (const Json& o : json.at("observed")) {
    r.observed.push_back({number_of<std::int64_t>(o.at(0)), {}});
    pairs_of(o.at(1), r.observed.back().values);
  }
  for (const Json& g : json.at("guests")) {
    results::Guest& guest = r.guests.emplace_back();
    guest.name = text_of(g.at("name"));
    results::for_each_guest_number(
        guest, [&](const char* name, std::int64_t& v) { v = number_of<std::int64_t>(g.at(name)); });
  }
  r.duplicates = duplicates_of(json.at("duplicates"));
  // Results of older programs have none.
  if (json.contains("duplicate_rows")) add_rows(json.at("duplicate_rows"), r.duplicates);
  if (json.contains("host")) add_host(json.at("host"), r);
  if (json.contains("knobs")) add_knobs(json.at("knobs"), r.samples);
  if (json.contains("storm")) r.storm = storm_of(json.at("storm"));
  if (json.contains("peak_storm")) r.peak_storm = storm_of(json.at("peak_storm"));
  if (json.contains("memory")) r.memory = course_of(json.at("memory"));
  const Json& minute = json.at("worst_minute");
  r.worst_minute.breaks = number_of<std::int64_t>(minute.at("breaks"));
  r.worst_minute.from_ns = number_of<std::int64_t>(minute.at("from_ns"));
  // Results of older programs have none.
  if (json.contains("break_causes")) r.break_causes = causes_of(json.at("break_causes"));
  pairs_of(json.at("work"), r.work);
  pairs_of(json.at("outcomes"), r.outcomes);
  const auto digest = json.at("digest").get<std::string>();
  const char* const end = digest.data() + digest.size();
  if (std::from_chars(digest.data(), end, r.digest, 16).ptr != end) {
    throw std::range_error("the digest is no hexadecimal number");
  }
  return r;
}

}  // namespace

std::string result_json(const results::RunResult& result) {
  Json columns = Json::array();
  const results::Sample none;
  for_each_number(none, [&](const char* name, const std::int64_t&) { columns.push_back(name); });
  Json samples = Json::array();
  for (const results::Sample& s : result.samples) {
    Json row = Json::array();
    for_each_number(s, [&](const char*, const std::int64_t& v) { row.push_back(v); });
    samples.push_back(std::move(row));
  }
  Json events = Json::array();
  for (const auto& e : result.events) events.push_back(Json::array({e.at_ns, text_json(e.text)}));
  Json observed = Json::array();
  for (const auto& o : result.observed) {
    observed.push_back(Json::array({o.at_ns, pairs_json(o.values)}));
  }
  Json guests = Json::array();
  for (const auto& g : result.guests) {
    Json guest{{"name", text_json(g.name)}};
    results::for_each_guest_number(
        g, [&](const char* name, const std::int64_t& v) { guest[name] = v; });
    guests.push_back(std::move(guest));
  }
  Json json{{"format", kFormat},
            {"version", kVersion},
            {"provenance", pairs_json(result.provenance)},
            {"configuration", pairs_json(result.configuration)},
            {"sample_columns", columns},
            {"samples", samples},
            {"events", events},
            {"observed", observed},
            {"guests", guests},
            {"duplicates", duplicates_json(result.duplicates)},
            {"worst_minute",
             {{"breaks", result.worst_minute.breaks}, {"from_ns", result.worst_minute.from_ns}}},
            {"break_causes", causes_json(result.break_causes)},
            {"work", pairs_json(result.work)},
            {"outcomes", pairs_json(result.outcomes)},
            {"duplicate_rows", rows_json(result.duplicates)},
            {"storm", storm_json(result.storm)},
            {"knobs", knobs_json(result.samples)},
            {"digest", fmt::format("{:016x}", result.digest)}};
  if (result.peak_storm) json["peak_storm"] = storm_json(*result.peak_storm);
  if (result.memory) json["memory"] = course_json(*result.memory);
  if (result.host) json["host"] = host_json(result);
  return json.dump() + "\n";
}

Result<results::RunResult> parse_result_json(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    if (json.at("format") != kFormat) return Error{"not a result of ksmsim"};
    if (json.at("version") != kVersion) {
      return Error{fmt::format("a result of version {}, this program reads {}",
                               json.at("version").dump(), kVersion)};
    }
    results::RunResult result = from_json(json);
    if (result.samples.empty()) return Error{"a result without samples"};
    if (results::digest_of(result) != result.digest) {
      return Error{"the result was changed: its digest does not fit"};
    }
    return result;
  } catch (const std::exception& e) {
    return Error{fmt::format("not a result of ksmsim: {}", e.what())};
  }
}

}  // namespace ksmsim::viz
