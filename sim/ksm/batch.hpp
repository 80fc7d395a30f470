// The batch that ksmd carries out, or did last: when it began, how much is left of it, how long it
// has taken. It is not instantaneous: a visit begins when what was done before has taken its price.
//
// The meter that runs from the beginning of all is lent to each call.
#pragma once
#include <cstdint>
#include <limits>

#include "sim/base/check.hpp"
#include "sim/base/time.hpp"
#include "sim/cost/prices.hpp"

namespace ksmsim::ksm {

// The moment at which a batch begins, and what ksmd has used until then.
struct BatchClock {
  Time start{};
  Duration cpu{};
};

class Batch {
 public:
  // REQUIRES: none is under way.
  void begin(BatchClock clock, std::uint64_t pages, const cost::Meter& meter) {
    KSM_CHECK(!under_way_);
    under_way_ = true;
    clock_ = clock;
    pages_left_ = pages;
    base_ = meter.picoseconds();
  }
  void end() { under_way_ = false; }
  bool under_way() const { return under_way_; }
  // Between batches: what time it is. During one time is the batch's.
  void note_time(BatchClock clock) {
    if (!under_way_) clock_ = clock;
  }
  const BatchClock& clock() const { return clock_; }

  bool has_pages() const { return pages_left_ > 0; }
  void take_page() { --pages_left_; }

  // CPU time of the batch so far: also of what has been begun, and ends later.
  Duration cpu(const cost::Meter& meter) const {
    return Duration{static_cast<std::int64_t>((meter.picoseconds() - base_) / 1000)};
  }
  // When the batch so far ends.
  Time time(const cost::Meter& meter) const { return clock_.start + cpu(meter); }

  // Nothing more is to begin from `until` on.
  void stop_at(Time until) {
    stop_ = until == kNever ? std::numeric_limits<std::uint64_t>::max()
                            : static_cast<std::uint64_t>((until - clock_.start).count()) * 1000;
  }
  bool out_of_time(const cost::Meter& meter) const { return meter.picoseconds() - base_ >= stop_; }

 private:
  bool under_way_ = false;
  BatchClock clock_{};
  std::uint64_t pages_left_ = 0;
  std::uint64_t base_ = 0;  // The meter when it began, picoseconds.
  std::uint64_t stop_ = 0;  // Picoseconds from its begin.
};

}  // namespace ksmsim::ksm
