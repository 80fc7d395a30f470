// What a run returns: one value, from which everything is drawn that people see, so that no two
// views can disagree.
//
// Units: times in virtual nanoseconds since the start of the run; pages of 4096 bytes unless a name
// says bytes. Nothing here is a float; percentages are made by the views.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/ksm/counters.hpp"
#include "sim/results/breaks.hpp"
#include "sim/results/duplicates.hpp"
#include "sim/results/host_figures.hpp"
#include "sim/results/memory_course.hpp"
#include "sim/results/storm.hpp"

namespace ksmsim::results {

// What is true at a moment, whatever the counters say.
struct Truth {
  std::int64_t present_pages = 0;   // Pages that guests hold.
  std::int64_t saved_pages = 0;     // Of them, not held by a frame of their own, thanks to KSM.
  std::int64_t zero_pages = 0;      // Of the saved, those that map the kernel's page of zeros.
  std::int64_t metadata_bytes = 0;  // Rmap items, stable nodes, slots of KSM itself.
  std::int64_t cow_ksm = 0;         // /proc/vmstat cow_ksm: copies of KSM pages, so far.
  std::int64_t write_breaks = 0;    // Writes that ended a page's merging, so far (zeros included).
  std::int64_t unmerge_breaks = 0;  // The same by unmerging, so far.

  std::int64_t saved_bytes() const {
    return saved_pages * static_cast<std::int64_t>(kPageBytes) - metadata_bytes;
  }
  bool operator==(const Truth&) const = default;
};

template <class T, class F>
void for_each_truth(T& t, F&& f) {
  f("present_pages", t.present_pages);
  f("saved_pages", t.saved_pages);
  f("zero_pages", t.zero_pages);
  f("metadata_bytes", t.metadata_bytes);
  f("cow_ksm", t.cow_ksm);
  f("write_breaks", t.write_breaks);
  f("unmerge_breaks", t.unmerge_breaks);
}

struct Sample {
  std::int64_t at_ns = 0;
  ksm::Counters counters;
  Truth truth;
  std::int64_t ksmd_cpu_ns = 0;  // Used so far.
  std::int64_t passes = 0;       // Completed so far; unlike full_scans never reset.
  // Knobs that an advisor or a controller may turn.
  std::int64_t pages_to_scan = 0;
  std::int64_t run = 0;  // 0, 1 or 2
  std::int64_t sleep_millisecs = 0;
  HostFigures host;  // All 0 unless RunResult::host is there.
  bool operator==(const Sample&) const = default;
};

// Something that happened, in words: a knob turned or refused, a guest that came or went.
struct Event {
  std::int64_t at_ns = 0;
  std::string text;
  bool operator==(const Event&) const = default;
};

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

// Calls f(name, member) for every number of a guest, in the order of the struct.
template <class G, class F>
void for_each_guest_number(G& g, F&& f) {
  f("present_pages", g.present_pages);
  f("ksm_rmap_items", g.ksm_rmap_items);
  f("ksm_zero_pages", g.ksm_zero_pages);
  f("ksm_merging_pages", g.ksm_merging_pages);
  f("ksm_process_profit", g.ksm_process_profit);
  f("ksm_merge_any", g.ksm_merge_any);
  f("ksm_mergeable", g.ksm_mergeable);
}

struct RunResult {
  std::vector<std::pair<std::string, std::string>> provenance;     // Program, input; by the caller.
  std::vector<std::pair<std::string, std::string>> configuration;  // Every default spelled out.
  std::vector<Sample> samples;  // Ascending; the first at 0, the last at the end.
  std::vector<Event> events;
  std::vector<Observed> observed;
  std::vector<Guest> guests;
  std::optional<HostOutcome> host;  // If the host's memory was described.
  Duplicates duplicates;
  Storm storm;                           // At the end.
  std::optional<Storm> peak_storm;       // At the largest saving, if RunOptions asked for it.
  std::optional<MemoryCourse> memory;    // If the host's RAM is bounded.
  WorstMinute worst_minute;              // Of breaks by writes.
  std::vector<BreakCause> break_causes;  // Most breaks first.
  std::vector<std::pair<std::string, std::uint64_t>> work;      // Units of sim/cost.
  std::vector<std::pair<std::string, std::uint64_t>> outcomes;  // Of visits; sum: pages_scanned.
  // Not of provenance, observed, rows, storms, memory, and not of samples' run and sleep_millisecs,
  // which follow from the events.
  std::uint64_t digest = 0;
  bool operator==(const RunResult&) const = default;
};

// Gives the classes in the result their names, by ClassId.
void name_classes(RunResult& result, const std::vector<std::string>& classes);

// The digest of a result's contents.
std::uint64_t digest_of(const RunResult& result);

}  // namespace ksmsim::results
