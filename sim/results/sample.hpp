// A moment of a run: the counters, the truth beside them, and the host around them.
//
// Units: times in virtual nanoseconds since the start of the run; pages of 4096 bytes unless a name
// says otherwise.
#pragma once
#include <cstdint>

#include "sim/base/fields.hpp"
#include "sim/base/ids.hpp"
#include "sim/ksm/counters.hpp"
#include "sim/results/host_figures.hpp"

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

template <Of<Truth> T, class F>
void for_each_field(T& truth, F&& f) {
  auto& [present_pages, saved_pages, zero_pages, metadata_bytes, cow_ksm, write_breaks,
         unmerge_breaks] = truth;
  f("present_pages", present_pages);
  f("saved_pages", saved_pages);
  f("zero_pages", zero_pages);
  f("metadata_bytes", metadata_bytes);
  f("cow_ksm", cow_ksm);
  f("write_breaks", write_breaks);
  f("unmerge_breaks", unmerge_breaks);
}

struct Sample {
  std::int64_t at_ns = 0;
  ksm::Counters counters;
  // Knobs that an advisor or a controller may turn.
  std::int64_t run = 0;  // 0, 1 or 2
  std::int64_t pages_to_scan = 0;
  std::int64_t sleep_millisecs = 0;
  std::int64_t passes = 0;       // Completed so far; unlike full_scans never reset.
  std::int64_t ksmd_cpu_ns = 0;  // Used so far.
  Truth truth;
  HostFigures host;  // All 0 unless RunResult::host is there.
  bool operator==(const Sample&) const = default;
};

// In the order of columns: of CSV files, result files and plots.
template <Of<Sample> T, class F>
void for_each_field(T& sample, F&& f) {
  auto& [at_ns, counters, run, pages_to_scan, sleep_millisecs, passes, ksmd_cpu_ns, truth, host] =
      sample;
  f("at_ns", at_ns);
  f("counters", counters);
  f("run", run);
  f("pages_to_scan", pages_to_scan);
  f("sleep_millisecs", sleep_millisecs);
  f("passes", passes);
  f("ksmd_cpu_ns", ksmd_cpu_ns);
  f("truth", truth);
  f("host", host);
}

// Calls f(name, number) for every number of a sample.
template <Of<Sample> T, class F>
void for_each_number(T& sample, F&& f) {
  for_each_field(sample, [&f](const char* name, auto& field) {
    if constexpr (Listed<decltype(field)>) {
      for_each_field(field, f);
    } else {
      f(name, field);
    }
  });
}

}  // namespace ksmsim::results
