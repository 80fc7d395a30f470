#include "sim/host/memory_log.hpp"

#include <algorithm>

namespace ksmsim::host {

MemoryLog::MemoryLog(std::int64_t available_kb) : last_kb_(available_kb) {
  course_.least_kb = available_kb;
}

void MemoryLog::note(Time at, std::int64_t available_kb, std::int64_t breaks) {
  if (recent_.empty() || at - recent_.back().begin >= std::chrono::seconds(1)) {
    if (!recent_.empty()) count_minute();
    recent_.push_back({at, last_kb_, last_kb_, at});
    while (at - recent_.front().begin >= std::chrono::minutes(1)) recent_.pop_front();
  }
  Second& now = recent_.back();
  now.breaks += breaks - last_breaks_;
  if (available_kb < now.least_kb) {
    now.least_kb = available_kb;
    now.least_at = at;
  }
  if (available_kb < course_.least_kb) {
    course_.least_kb = available_kb;
    course_.least_at_ns = nanoseconds(at);
  }
  last_kb_ = available_kb;
  last_breaks_ = breaks;
}

results::MemoryCourse MemoryLog::course() const {
  if (recent_.empty()) return course_;
  MemoryLog counted = *this;  // What goes on still counts as well.
  counted.count_minute();
  return counted.course_;
}

results::Fall MemoryLog::largest_fall(At first, const At& end) {
  results::Fall largest;
  for (auto highest = first, second = first; second != end; ++second) {
    if (second->first_kb >= highest->first_kb) highest = second;
    if (highest->first_kb - second->least_kb <= largest.kb()) continue;
    largest = {highest->first_kb, nanoseconds(highest->begin), second->least_kb,
               nanoseconds(second->least_at)};
  }
  // What crept down before is not where it begins.
  const std::int64_t most_of_it = largest.kb() - largest.kb() / 20;
  for (; first != end && nanoseconds(first->begin) <= largest.to_ns; ++first) {
    if (nanoseconds(first->begin) < largest.from_ns) continue;
    if (first->first_kb - largest.to_kb < most_of_it) continue;
    largest.from_kb = first->first_kb;
    largest.from_ns = nanoseconds(first->begin);
  }
  return largest;
}

// The minute that ends with the last second: whether it is the worst of its kind.
void MemoryLog::count_minute() {
  const results::Fall fall = largest_fall(recent_.begin(), recent_.end());
  if (fall.kb() > course_.fastest.kb()) course_.fastest = fall;
  std::int64_t breaks = 0;
  for (const Second& second : recent_) breaks += second.breaks;
  if (breaks == 0 || breaks < course_.storm.breaks) return;
  const auto first = std::find_if(recent_.cbegin(), recent_.cend(),
                                  [](const Second& second) { return second.breaks > 0; });
  // Memory may go on falling in the same minute when nothing is left to break.
  const bool same = nanoseconds(first->begin) == course_.storm.from_ns;
  if (breaks == course_.storm.breaks && !same) return;
  course_.storm = {breaks, nanoseconds(first->begin)};
  course_.storm_kb = first->first_kb;
  course_.storm_fall = largest_fall(storm_begin(first, recent_.cend(), breaks), recent_.cend());
}

// The second by which a twentieth of the breaks has happened: memory that went before it went for
// something else.
MemoryLog::At MemoryLog::storm_begin(const At& first, const At& end, std::int64_t breaks) {
  std::int64_t so_far = 0;
  return std::find_if(first, end, [&](const Second& second) {
    so_far += second.breaks;
    return so_far * 20 >= breaks;
  });
}

}  // namespace ksmsim::host
