// When ksmd works: it waits until there is work, works through a batch, and naps before the next
// one. Knobs that only change between batches wait here for the end of the batch.
//
// Invariants:
//   (1) ksmd is in one state. Its batch's end is scheduled once while it is in `ends_batch`, the
//   end
//       of its nap while it `naps`, unless it naps for ever.
//   (2) A wake-up ends the nap that it was scheduled for and no other.
//   (3) Knobs that wait are taken in the order in which they were written. As long as one waits,
//       every later one waits behind it.
// What a batch does is Ksmd's; what follows from it (breaks, pressure, results), and what writing a
// knob means, is for whoever owns this.
//
// A value: copying it copies its future. The machine and the timeline are lent to each call.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "sim/host/machine.hpp"
#include "sim/host/timeline.hpp"

namespace ksmsim::host {

// A write to a file of /sys/kernel/mm/ksm, and who writes.
struct KnobWrite {
  input::SetKnob op;
  std::string by;  // The controller; empty: the trace, the administrator.
};

class KsmdClock {
 public:
  explicit KsmdClock(ksm::Ticks ticks) : ticks_(ticks) {}

  // Whether it visits pages now. What it does next is scan().
  bool works() const { return state_ == State::works; }
  // Whether a batch has begun whose time is not over.
  bool in_batch() const { return works() || state_ == State::ends_batch; }
  // Whether it does nothing more unless somebody changes something.
  bool is_idle(const Machine& machine) const;

  // ksmd is awake: a batch begins if there is work, otherwise it waits for some.
  void wake(Machine& machine, Time now);
  // There may be work now: it is awake if it waited for that.
  void wake_if_work(Machine& machine, Time now);
  // The wake-up of a nap: it is awake if it still naps that nap.
  void wake_from(std::uint64_t nap, Machine& machine, Time now);
  // A knob was written: two things end ksmd's waiting, work to do, or another sleep than the one it
  // naps for. `sleep_before`: sleep_millisecs until now.
  void heed_knob(const std::string& knob, std::uint32_t sleep_before, Machine& machine, Time now);

  enum class Scanned : std::uint8_t { until_then, whole_batch, whole_pass };
  // Visits pages as long as a visit begins before `until`. A whole pass is a whole batch as well.
  // REQUIRES: works().
  Scanned scan(Machine& machine, Time until);
  // When the batch is over that was scanned whole. It takes some time whatever it costs, so that
  // time goes on with a sleep of 0.
  Time batch_end(const Machine& machine, Time now) const;
  // REQUIRES: the batch was scanned whole, and its end is not scheduled yet.
  void schedule_batch_end(const Machine& machine, Timeline& timeline);
  // Its time has passed and is booked. REQUIRES: it is the time that was scheduled.
  void end_batch(const Machine& machine);
  // After the end of a batch: naps if there is work, otherwise waits for some.
  void fall_asleep(const Machine& machine, Timeline& timeline);

  // Whether a write to this knob has to wait now.
  bool defers(const std::string& knob) const;
  void defer(KnobWrite write) { deferred_.push_back(std::move(write)); }
  bool has_deferred() const { return !deferred_.empty(); }
  // The first of those that wait, which does so no more; nothing if none does.
  std::optional<KnobWrite> take_deferred();

  // What a batch that begins now begins with.
  ksm::BatchClock batch_clock(Time now) const { return {now, cpu_}; }
  // CPU time used so far.
  Duration cpu(const Machine& machine, Time now) const;
  // Passes completed so far; unlike full_scans never reset.
  std::int64_t passes() const { return passes_; }
  // Huge pages that scanning has split so far.
  std::int64_t huge_pages_split() const { return huge_pages_split_; }

 private:
  enum class State : std::uint8_t { waits_for_work, naps, works, ends_batch };

  ksm::Ticks ticks_;
  State state_ = State::waits_for_work;
  std::uint64_t nap_ = 0;  // Number of the present nap.
  bool naps_for_ever_ = false;
  Duration cpu_{};  // Of finished batches.
  std::int64_t passes_ = 0;
  std::int64_t huge_pages_split_ = 0;
  std::deque<KnobWrite> deferred_;
};

}  // namespace ksmsim::host
