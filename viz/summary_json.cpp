#include "viz/summary_json.hpp"

#include <fmt/core.h>

#include <optional>
#include <utility>

#include "sim/ksm/files.hpp"
#include "viz/json_words.hpp"
#include "viz/known_machines.hpp"
#include "viz/summary_figures.hpp"

namespace ksmsim::viz {
namespace {

Json saving(const Saving& s) {
  return {{"at_s", s.at_s},
          {"guest_bytes", s.guest_bytes},
          {"saved_bytes", s.saved_bytes},
          {"content_bytes", s.content_bytes},
          {"zero_bytes", s.zero_bytes},
          {"metadata_bytes", s.metadata_bytes},
          {"claimed_bytes", s.claimed_bytes}};
}

Json use_json(const std::optional<CpuUse>& use) {
  if (!use) return nullptr;
  return {{"percent", use->percent},
          {"low_percent", optional_json(use->low_percent)},
          {"high_percent", optional_json(use->high_percent)}};
}

// What the ranges of CPU use rest on; empty where prices were given.
Json machines_json(const KsmdCpu& cpu) {
  Json list = Json::array();
  if (!cpu.mean.low_percent) return list;
  for (const KnownMachine& machine : known_machines()) {
    list.push_back({{"machine", machine.name},
                    {"least_percent_of_prices", machine.spread.least_percent},
                    {"most_percent_of_prices", machine.spread.most_percent},
                    {"evidence", machine.evidence},
                    {"source", machine.source}});
  }
  return list;
}

// What the host did and what may come of it, without the samples.
Json host_json(const results::RunResult& result) {
  if (!result.host) return nullptr;
  Json json = value_json(*result.host);
  json["at_end"] = value_json(result.samples.back().host);
  return json;
}

// What a file of /sys/kernel/mm/ksm would show at the end; what the kernel lacks is not there.
Json counters_json(const results::RunResult& result) {
  const ksm::Traits& kernel = kernel_of(result);
  Json json = Json::object();
  for_each_shown(result.samples.back().counters, [&](const char* name, std::int64_t v) {
    if (ksm::has_file(kernel, name)) json[name] = v;
  });
  return json;
}

Json knobs_json(const results::RunResult& result) {
  const ksm::Traits& kernel = kernel_of(result);
  Json json = Json::object();
  for_each_field(result.knobs, [&](const char* name, const auto&) {
    if (ksm::has_file(kernel, name)) json[name] = *ksm::show(result.knobs, name);
  });
  return json;
}

}  // namespace

std::string summary_json(const results::RunResult& result) {
  const SummaryFigures f = summary_figures(result);
  Json unmerged = Json::object();
  for (const auto& [why, bytes] : f.unmerged_bytes) unmerged[why] = bytes;
  const Json json{{"format", "ksmsim-summary"},
                  {"version", kSummaryVersion},
                  {"nothing_registered", f.nothing_registered},
                  {"saved_at_end", saving(f.end)},
                  {"saved_at_beginning", saving(f.begin)},
                  {"peak", saving(f.peak)},
                  {"floor", saving(f.floor)},
                  {"s_to_50_percent", optional_json(f.s_to_50)},
                  {"s_to_90_percent", optional_json(f.s_to_90)},
                  {"s_to_99_percent", optional_json(f.s_to_99)},
                  {"duration_s", f.duration_s},
                  {"passes", f.passes},
                  {"settled_at_s", optional_json(f.cpu.settled_at_s)},
                  {"ksmd_cpu_percent_mean", f.cpu.mean.percent},
                  {"ksmd_cpu_percent_p95", f.cpu.p95_percent},
                  {"ksmd_cpu", use_json(f.cpu.mean)},
                  {"ksmd_cpu_in_first_passes", use_json(f.cpu.first_passes)},
                  {"ksmd_cpu_in_steady_state", use_json(f.cpu.steady)},
                  {"ksmd_cpu_known_machines", machines_json(f.cpu)},
                  {"ksmd_cpu_s", f.cpu_s},
                  {"ksmd_cpu_s_per_gib_saved", optional_json(f.cpu_s_per_gib)},
                  {"sharing_ratio", optional_json(f.sharing_ratio)},
                  {"waste_ratio", optional_json(f.waste_ratio)},
                  {"cow_breaks_per_minute_mean", f.breaks_per_min_mean},
                  {"cow_breaks_worst_minute", f.breaks_worst_min},
                  {"worst_minute_at_s", f.worst_min_at_s},
                  {"possible_bytes", f.possible_bytes},
                  {"equal_but_not_merged_bytes", unmerged},
                  {"general_profit_bytes", f.general_profit_bytes},
                  {"break_causes", value_json(result.break_causes)},
                  {"storm", value_json(result.storm)},
                  {"peak_storm", value_json(result.peak_storm)},
                  {"memory", value_json(result.memory)},
                  {"host", host_json(result)},
                  {"counters", counters_json(result)},
                  {"knobs", knobs_json(result)},
                  {"guests", value_json(result.guests)},
                  {"events", value_json(result.events)},
                  {"provenance", value_json(result.provenance)},
                  {"scenario", value_json(result.scenario)},
                  {"configuration", value_json(result.configuration)},
                  {"kept_knobs", value_json(result.kept_knobs)},
                  {"digest", fmt::format("{:016x}", result.digest)}};
  return json.dump(2) + "\n";
}

}  // namespace ksmsim::viz
