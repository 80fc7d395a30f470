// What a run returns: one value, from which everything is drawn that people see, so that no two
// views can disagree.
//
// Units: times in virtual nanoseconds since the start of the run; pages of 4096 bytes unless a name
// says bytes. Nothing here is a float; percentages are made by the views.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/fields.hpp"
#include "sim/ksm/knobs.hpp"
#include "sim/results/breaks.hpp"
#include "sim/results/content_lives.hpp"
#include "sim/results/controller_facts.hpp"
#include "sim/results/duplicates.hpp"
#include "sim/results/event.hpp"
#include "sim/results/host_figures.hpp"
#include "sim/results/memory_course.hpp"
#include "sim/results/sample.hpp"
#include "sim/results/scenario_facts.hpp"
#include "sim/results/storm.hpp"

namespace ksmsim::results {

// Of the fields of a result and of what they mean. Part of every digest and of every file.
inline constexpr std::int64_t kFormatVersion = 2;

// Counters that the captured host showed, beside the prediction.
struct Observed {
  std::int64_t at_ns = 0;
  std::vector<std::pair<std::string, std::int64_t>> values;
  bool operator==(const Observed&) const = default;
};

// What one guest holds at the end (or held when it ended), with the names of /proc/PID/ksm_stat.
struct Guest {
  std::string name;
  std::int64_t present_pages = 0;
  std::int64_t ksm_rmap_items = 0;
  std::int64_t ksm_zero_pages = 0;
  std::int64_t ksm_merging_pages = 0;
  std::int64_t ksm_process_profit = 0;  // Bytes.
  std::int64_t ksm_merge_any = 0;       // 1: yes, 0: no; the process opted in as a whole.
  std::int64_t ksm_mergeable = 0;       // The same; some region is mergeable.
  bool operator==(const Guest&) const = default;
};

template <Of<Observed> T, class F>
void for_each_field(T& row, F&& f) {
  auto& [at_ns, values] = row;
  f("at_ns", at_ns);
  f("values", values);
}

template <Of<Guest> T, class F>
void for_each_field(T& guest, F&& f) {
  auto& [name, present_pages, ksm_rmap_items, ksm_zero_pages, ksm_merging_pages, ksm_process_profit,
         ksm_merge_any, ksm_mergeable] = guest;
  f("name", name);
  f("present_pages", present_pages);
  f("ksm_rmap_items", ksm_rmap_items);
  f("ksm_zero_pages", ksm_zero_pages);
  f("ksm_merging_pages", ksm_merging_pages);
  f("ksm_process_profit", ksm_process_profit);
  f("ksm_merge_any", ksm_merge_any);
  f("ksm_mergeable", ksm_mergeable);
}

struct RunResult {
  // Where it comes from. Program, input, and what was chosen of them: a name and a value each.
  std::vector<std::pair<std::string, std::string>> provenance;
  std::optional<ScenarioFacts> scenario;  // If the guests were described.
  // How it was run. Every default spelled out; and the knobs that were kept for the whole run.
  std::vector<std::pair<std::string, std::string>> configuration;
  std::vector<std::pair<std::string, std::string>> kept_knobs;
  // What came out.
  std::vector<Sample> samples;  // Ascending; the first at 0, the last at the end.
  std::vector<Event> events;
  std::vector<Observed> observed;
  std::vector<Guest> guests;
  std::optional<HostOutcome> host;  // If the host's memory was described.
  ksm::Knobs knobs;                 // At the end.
  ControllerFacts controller;
  Duplicates duplicates;
  std::optional<ContentLives> lives;     // If RunOptions asked for it.
  Storm storm;                           // At the end.
  std::optional<Storm> peak_storm;       // At the largest saving, if RunOptions asked for it.
  std::optional<MemoryCourse> memory;    // If the host's RAM is bounded.
  WorstMinute worst_minute;              // Of breaks by writes.
  std::vector<BreakCause> break_causes;  // Most breaks first.
  std::vector<std::pair<std::string, std::uint64_t>> work;      // Units of sim/cost.
  std::vector<std::pair<std::string, std::uint64_t>> outcomes;  // Of visits; sum: pages_scanned.
  std::uint64_t digest = 0;                                     // digest_of() it.
  bool operator==(const RunResult&) const = default;
};

template <Of<RunResult> T, class F>
void for_each_field(T& result, F&& f) {
  auto& [provenance, scenario, configuration, kept_knobs, samples, events, observed, guests, host,
         knobs, controller, duplicates, lives, storm, peak_storm, memory, worst_minute,
         break_causes, work, outcomes, digest] = result;
  f("provenance", provenance);
  f("scenario", scenario);
  f("configuration", configuration);
  f("kept_knobs", kept_knobs);
  f("samples", samples);
  f("events", events);
  f("observed", observed);
  f("guests", guests);
  f("host", host);
  f("knobs", knobs);
  f("controller", controller);
  f("duplicates", duplicates);
  f("lives", lives);
  f("storm", storm);
  f("peak_storm", peak_storm);
  f("memory", memory);
  f("worst_minute", worst_minute);
  f("break_causes", break_causes);
  f("work", work);
  f("outcomes", outcomes);
  f("digest", digest);
}

// Gives the classes in the result their names, by ClassId.
void name_classes(RunResult& result, const std::vector<std::string>& classes);

// The digest of what came out and of how it was run. Not of where it comes from (provenance,
// scenario), of what the captured host showed, or of lives, which are measured on demand: those are
// the same run.
std::uint64_t digest_of(const RunResult& result);
// The digest of everything, the digest above included: what guards a file.
std::uint64_t digest_of_all(const RunResult& result);

}  // namespace ksmsim::results
