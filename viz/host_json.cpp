#include "viz/host_json.hpp"

namespace ksmsim::viz {

Json host_outcome_json(const results::HostOutcome& host) {
  Json json = Json::object();
  results::for_each_outcome_number(
      host, [&](const char* name, const std::int64_t& v) { json[name] = v; });
  json["kills"] = Json::array();
  for (const results::OomKill& k : host.kills) {
    Json kill{{"guest", text_json(k.guest)}};
    results::for_each_kill_number(k,
                                  [&](const char* name, const std::int64_t& v) { kill[name] = v; });
    json["kills"].push_back(std::move(kill));
  }
  json["guests"] = Json::array();
  for (const results::GuestMemory& g : host.guests) {
    Json guest{{"name", text_json(g.name)}};
    results::for_each_memory_number(
        g, [&](const char* name, const std::int64_t& v) { guest[name] = v; });
    json["guests"].push_back(std::move(guest));
  }
  return json;
}

Json host_json(const results::RunResult& result) {
  Json json = host_outcome_json(*result.host);
  json["sample_columns"] = Json::array();
  const results::HostFigures none;
  results::for_each_host_figure(
      none, [&](const char* name, const std::int64_t&) { json["sample_columns"].push_back(name); });
  json["samples"] = Json::array();
  for (const results::Sample& sample : result.samples) {
    Json row = Json::array();
    results::for_each_host_figure(sample.host,
                                  [&](const char*, const std::int64_t& v) { row.push_back(v); });
    json["samples"].push_back(std::move(row));
  }
  return json;
}

void add_host(const Json& json, results::RunResult& result) {
  results::HostOutcome& host = result.host.emplace();
  results::for_each_outcome_number(
      host, [&](const char* name, std::int64_t& v) { v = number_of<std::int64_t>(json.at(name)); });
  for (const Json& k : json.at("kills")) {
    results::OomKill& kill = host.kills.emplace_back();
    kill.guest = text_of(k.at("guest"));
    results::for_each_kill_number(
        kill, [&](const char* name, std::int64_t& v) { v = number_of<std::int64_t>(k.at(name)); });
  }
  for (const Json& g : json.at("guests")) {
    results::GuestMemory& guest = host.guests.emplace_back();
    guest.name = text_of(g.at("name"));
    results::for_each_memory_number(
        guest, [&](const char* name, std::int64_t& v) { v = number_of<std::int64_t>(g.at(name)); });
  }
  const Json& rows = json.at("samples");
  if (rows.size() != result.samples.size()) {
    throw std::range_error("the host has another number of samples than the run");
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::size_t column = 0;
    results::for_each_host_figure(result.samples[i].host, [&](const char*, std::int64_t& v) {
      v = number_of<std::int64_t>(rows.at(i).at(column++));
    });
  }
}

}  // namespace ksmsim::viz
