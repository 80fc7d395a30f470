// What ended the merging of pages, and when most: breaks by cause.
//
// A *break* is a site's page that stops being merged, by a write to it or by unmerging (the
// kernel's page of zeros included).
// Units: pages; times in virtual nanoseconds since the start of the run.
#pragma once
#include <cstdint>
#include <string>

#include "sim/base/fields.hpp"

namespace ksmsim::results {

// The minute with the most breaks, whatever the samples are.
struct WorstMinute {
  std::int64_t breaks = 0;
  std::int64_t from_ns = 0;
  bool operator==(const WorstMinute&) const = default;
};

// Causes that are no guest's activity. Others have the name that the guest's Activity gave them.
inline constexpr const char* kCauseRunning = "running";  // A guest without a special activity.
inline constexpr const char* kCauseBalloon = "balloon";  // A balloon filled, or what it gave back.
inline constexpr const char* kCauseAdvice = "advice";    // MADV_UNMERGEABLE, opting out.
inline constexpr const char* kCauseRun2 = "run 2";       // Written to the knob.
inline constexpr const char* kCauseUndone = "undone merge";  // ksmd's own: its partner was gone.

struct BreakCause {
  std::string cause;
  std::int64_t breaks = 0;
  // What the host had to find for it: frames that came into use by what guests (or unmerging) did
  // meanwhile, pages that were not there before included, less those given back; may be negative.
  // What a guest's end frees (shutdown, migration, kill) is in none.
  std::int64_t new_frames = 0;
  WorstMinute worst_minute;  // Of this cause alone.
  bool operator==(const BreakCause&) const = default;
};

template <Of<WorstMinute> T, class F>
void for_each_field(T& minute, F&& f) {
  auto& [breaks, from_ns] = minute;
  f("breaks", breaks);
  f("from_ns", from_ns);
}

template <Of<BreakCause> T, class F>
void for_each_field(T& broken, F&& f) {
  auto& [cause, breaks, new_frames, worst_minute] = broken;
  f("cause", cause);
  f("breaks", breaks);
  f("new_frames", new_frames);
  f("worst_minute", worst_minute);
}

}  // namespace ksmsim::results
