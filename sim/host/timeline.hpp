// What time it is in a run, and what is scheduled: ksmd's wake-ups and ends of batches, samples,
// and what the host does at times of its own.
//
// Time never goes back, and of two events at the same moment the one that was scheduled first comes
// first. It does not know what guests do when: whoever drives it compares the two.
//
// A value: copying it copies its future.
#pragma once
#include <algorithm>
#include <cstdint>

#include "sim/base/time.hpp"
#include "sim/des/event_queue.hpp"

namespace ksmsim::host {

enum class What : std::uint8_t {
  wake_up,
  batch_end,
  sample,
  page_written,
  controller_looks,
  khugepaged,
  arc_looks
};

struct Scheduled {
  What what;
  std::uint64_t number = 0;  // Of a wake-up: which nap it ends; of a look: which one.
};

class Timeline {
 public:
  Time now() const { return now_; }
  // When the next event is, or kNever.
  Time next_time() const { return events_.next_time(); }
  // REQUIRES: not before the last event that was taken out.
  void schedule(Time at, Scheduled event) { events_.schedule(at, event); }
  // Takes out the next event; it is its time now. REQUIRES: there is one.
  Scheduled next() {
    const auto event = events_.pop();
    go_to(event.at);
    return event.what;
  }
  // It is `at` now, or later if it was later already.
  void go_to(Time at) { now_ = std::max(now_, at); }

 private:
  des::EventQueue<Scheduled> events_;
  Time now_ = kStart;
};

}  // namespace ksmsim::host
