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

// Calls f(name, member) for every number, in the order of the struct; C is MemoryCourse or const.
template <class C, class F>
void for_each_course_number(C& c, F&& f) {
  f("least_kb", c.least_kb);
  f("least_at_ns", c.least_at_ns);
  f("fastest_from_kb", c.fastest.from_kb);
  f("fastest_from_ns", c.fastest.from_ns);
  f("fastest_to_kb", c.fastest.to_kb);
  f("fastest_to_ns", c.fastest.to_ns);
  f("storm_breaks", c.storm.breaks);
  f("storm_from_ns", c.storm.from_ns);
  f("storm_kb", c.storm_kb);
  f("storm_fall_from_kb", c.storm_fall.from_kb);
  f("storm_fall_from_ns", c.storm_fall.from_ns);
  f("storm_fall_to_kb", c.storm_fall.to_kb);
  f("storm_fall_to_ns", c.storm_fall.to_ns);
}

}  // namespace ksmsim::results
