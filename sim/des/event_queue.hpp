// A queue of events, totally ordered by (time, number): of two at the same instant the one that was
// scheduled first comes first. A value: copying it copies its future.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/time.hpp"

namespace ksmsim::des {

template <class What>
class EventQueue {
 public:
  struct Event {
    Time at;
    std::uint64_t number;
    What what;
  };

  bool empty() const { return heap_.empty(); }
  // When the next event is, or kNever.
  Time next_time() const { return heap_.empty() ? kNever : heap_.front().at; }
  // REQUIRES: not before the last event that was taken out.
  void schedule(Time at, What what) {
    KSM_CHECK(at >= now_);
    heap_.push_back({at, next_number_++, what});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
  // Takes out the next event. REQUIRES: !empty().
  Event pop() {
    KSM_CHECK(!heap_.empty());
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Event event = heap_.back();
    heap_.pop_back();
    now_ = event.at;
    return event;
  }

 private:
  static bool later(const Event& a, const Event& b) {
    return a.at != b.at ? a.at > b.at : a.number > b.number;
  }

  std::vector<Event> heap_;
  std::uint64_t next_number_ = 0;
  Time now_ = kStart;
};

}  // namespace ksmsim::des
