// Watches available memory during a run: how little there was, how fast it fell, and how it fell in
// the minute in which most sharings broke.
//
// A value: copying it copies everything. It keeps a minute's seconds and nothing else.
#pragma once
#include <cstdint>
#include <deque>

#include "sim/base/time.hpp"
#include "sim/results/memory_course.hpp"

namespace ksmsim::host {

class MemoryLog {
 public:
  // Begins at the start of the run.
  explicit MemoryLog(std::int64_t available_kb);

  // Notes how much is available now, and how many sharings have broken in the run so far. To be
  // called after everything that may have changed either. REQUIRES: times do not go back.
  void note(Time at, std::int64_t available_kb, std::int64_t breaks);
  // The course of all that was noted.
  results::MemoryCourse course() const;

 private:
  // What was noted within a second from `begin` on.
  struct Second {
    Time begin;
    std::int64_t first_kb = 0;  // Available before anything happened in it.
    std::int64_t least_kb = 0;
    Time least_at;
    std::int64_t breaks = 0;
  };
  using Seconds = std::deque<Second>;
  using At = Seconds::const_iterator;
  static results::Fall largest_fall(At first, const At& end);
  static At storm_begin(const At& first, const At& end, std::int64_t breaks);
  void count_minute();

  Seconds recent_;  // Not older than a minute; the last one still goes on.
  std::int64_t last_kb_;
  std::int64_t last_breaks_ = 0;
  results::MemoryCourse course_;
};

}  // namespace ksmsim::host
