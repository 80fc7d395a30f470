// How the host's available memory moved, above all while sharings broke.
//
// Available memory is MemAvailable: 0 is where the kernel has no more to give without swapping or
// killing. To the second: what rose and fell within one counts as the least of it.
// Units: kB (1024 bytes), pages; times in virtual nanoseconds since the start of the run.
#pragma once
#include <cstdint>

#include "sim/results/breaks.hpp"

namespace ksmsim::results {

// From one moment to a later one, not more than a minute apart. It begins where nineteen twentieths
// of it were still to come, so that a slow drift before it is not in it.
struct Fall {
  std::int64_t from_kb = 0;
  std::int64_t from_ns = 0;
  std::int64_t to_kb = 0;
  std::int64_t to_ns = 0;  // The first at which so little was.

  std::int64_t kb() const { return from_kb - to_kb; }
  bool operator==(const Fall&) const = default;
};

struct MemoryCourse {
  std::int64_t least_kb = 0;
  std::int64_t least_at_ns = 0;
  Fall fastest{};             // The largest within any minute; all 0: it never fell.
  WorstMinute storm{};        // The minute with most breaks, by writes and by unmerging.
  std::int64_t storm_kb = 0;  // Available as it began.
  // The largest within it from the second on by which a twentieth of the breaks had happened: not
  // what fell before for another reason. All 0: it did not fall.
  Fall storm_fall{};
  bool operator==(const MemoryCourse&) const = default;
};

template <Of<Fall> T, class F>
void for_each_field(T& fall, F&& f) {
  auto& [from_kb, from_ns, to_kb, to_ns] = fall;
  f("from_kb", from_kb);
  f("from_ns", from_ns);
  f("to_kb", to_kb);
  f("to_ns", to_ns);
}

template <Of<MemoryCourse> T, class F>
void for_each_field(T& course, F&& f) {
  auto& [least_kb, least_at_ns, fastest, storm, storm_kb, storm_fall] = course;
  f("least_kb", least_kb);
  f("least_at_ns", least_at_ns);
  f("fastest", fastest);
  f("storm", storm);
  f("storm_kb", storm_kb);
  f("storm_fall", storm_fall);
}

}  // namespace ksmsim::results
