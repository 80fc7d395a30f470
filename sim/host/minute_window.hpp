// Which minute had most of something: the largest count in any 60 seconds, to the second, whatever
// the samples are.
#pragma once
#include <cstdint>
#include <deque>

#include "sim/base/time.hpp"
#include "sim/results/breaks.hpp"

namespace ksmsim::host {

class MinuteWindow {
 public:
  // Counts so many more at this time. REQUIRES: times do not go back.
  void add(Time at, std::int64_t count) {
    while (!recent_.empty() && at - recent_.front().begin >= std::chrono::minutes(1)) {
      sum_ -= recent_.front().count;
      recent_.pop_front();
    }
    if (recent_.empty() || at - recent_.back().begin >= std::chrono::seconds(1)) {
      recent_.push_back({at, 0});
    }
    recent_.back().count += count;
    sum_ += count;
    if (sum_ > worst_.breaks) worst_ = {sum_, nanoseconds(recent_.front().begin)};
  }
  const results::WorstMinute& worst() const { return worst_; }

 private:
  struct Second {
    Time begin;
    std::int64_t count = 0;
  };
  std::deque<Second> recent_;
  std::int64_t sum_ = 0;
  results::WorstMinute worst_;
};

}  // namespace ksmsim::host
