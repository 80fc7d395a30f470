// Who ended the merging of pages: every break is booked to what its guest is busy with, or to the
// host's own doing, and to its minute.
//
// A value: copying it copies everything.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/host/minute_window.hpp"
#include "sim/input/operation.hpp"
#include "sim/mem/totals.hpp"
#include "sim/results/breaks.hpp"

namespace ksmsim::host {

class BreakLog {
 public:
  BreakLog();

  using Cause = std::size_t;
  // Causes that are no guest's activity (results/breaks.hpp).
  static constexpr Cause kRunning = 0, kBalloon = 1, kAdvice = 2, kRun2 = 3, kUndone = 4;
  // The number of a cause; the same for the same name.
  Cause cause(const std::string& name);
  // What the guest is busy with, or "running".
  Cause activity(MmId mm) const { return mm.value < busy_.size() ? busy_[mm.value] : kRunning; }
  // The guest is busy with something else from now on.
  void note(const input::Activity& op) {
    set_activity(op.mm, op.what.empty() ? kRunning : cause(op.what));
  }
  // A fork is busy with what its parent does.
  void fork(MmId parent, MmId child) { set_activity(child, activity(parent)); }

  // Books what has changed since the last call. REQUIRES: times do not go back.
  void book(Time at, const mem::Totals& totals, Cause cause);
  // Leaves out what has changed in use of frames since the last call (ksmd merged, the host
  // reclaimed, a guest ended).
  void pass_over_frames(const mem::Totals& totals) { frames_ = totals.frames; }

  // The worst minute of breaks by writes, whatever the cause.
  const results::WorstMinute& worst_write_minute() const { return writes_.worst(); }
  // Causes with something booked, most breaks first, of equals the first to come up.
  std::vector<results::BreakCause> causes() const;

 private:
  struct Entry {
    results::BreakCause sums;
    MinuteWindow minute;
  };
  void set_activity(MmId mm, Cause cause);

  std::vector<Entry> causes_;
  std::vector<Cause> busy_;  // By MmId, as far as somebody said something.
  MinuteWindow writes_;
  // As of the last call.
  std::int64_t write_breaks_ = 0;
  std::int64_t unmerge_breaks_ = 0;
  std::int64_t frames_ = 0;
};

}  // namespace ksmsim::host
