#include "sim/host/break_log.hpp"

#include <algorithm>

namespace ksmsim::host {

// In the order of their numbers.
BreakLog::BreakLog() {
  for (const char* name : {results::kCauseRunning, results::kCauseBalloon, results::kCauseAdvice,
                           results::kCauseRun2, results::kCauseUndone}) {
    cause(name);
  }
}

BreakLog::Cause BreakLog::cause(const std::string& name) {
  const auto at = std::find_if(causes_.begin(), causes_.end(),
                               [&](const Entry& e) { return e.sums.cause == name; });
  if (at == causes_.end()) {
    causes_.emplace_back().sums.cause = name;
    return causes_.size() - 1;
  }
  return static_cast<Cause>(at - causes_.begin());
}

void BreakLog::set_activity(MmId mm, Cause cause) {
  if (cause == activity(mm)) return;
  if (busy_.size() <= mm.value) busy_.resize(mm.value + std::size_t{1});
  busy_[mm.value] = cause;
}

void BreakLog::book(Time at, const mem::Totals& totals, Cause cause) {
  const std::int64_t writes = totals.write_breaks - write_breaks_;
  const std::int64_t breaks = writes + totals.unmerge_breaks - unmerge_breaks_;
  Entry& entry = causes_[cause];
  entry.sums.new_frames += totals.frames - frames_;
  frames_ = totals.frames;
  if (breaks == 0) return;
  if (writes > 0) writes_.add(at, writes);
  entry.sums.breaks += breaks;
  entry.minute.add(at, breaks);
  write_breaks_ = totals.write_breaks;
  unmerge_breaks_ = totals.unmerge_breaks;
}

std::vector<results::BreakCause> BreakLog::causes() const {
  std::vector<results::BreakCause> list;
  for (const Entry& entry : causes_) {
    if (entry.sums.breaks == 0 && entry.sums.new_frames == 0) continue;
    list.push_back(entry.sums);
    list.back().worst_minute = entry.minute.worst();
  }
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.breaks > b.breaks; });
  return list;
}

}  // namespace ksmsim::host
