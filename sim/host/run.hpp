// A run: guest operations in, a result out. One virtual clock; ksmd sleeps in ticks, wakes up,
// and works through a batch page by page in time.
//
// Rules of time:
//   (1) A visit of a page happens at the start of its batch plus the price of the visits before it;
//       guest operations at or before that time come first.
//   (2) Writes to `run`, `merge_across_nodes` and `max_page_sharing` wait for the end of a batch,
//       and what the same administrator writes after them waits behind them. pages_to_scan counts
//       from the next batch. Others act at once.
//   (3) A sample shows everything that happened before its time, and what guests did at it.
//
// It says what comes after what; the rest is in parts that do not know each other: KsmdClock (when
// ksmd works), HostLoop (pressure, the OOM killer, khugepaged), ControllerClock (who turns knobs),
// Recorder (what comes out), Settling (when nothing changes any more).
//
// A value: copying it copies its future.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/host/controller_clock.hpp"
#include "sim/host/host_loop.hpp"
#include "sim/host/ksmd_clock.hpp"
#include "sim/host/machine.hpp"
#include "sim/host/memory_change.hpp"
#include "sim/host/operation_feed.hpp"
#include "sim/host/pinned_knobs.hpp"
#include "sim/host/recorder.hpp"
#include "sim/host/run_options.hpp"
#include "sim/host/settling.hpp"
#include "sim/host/timeline.hpp"
#include "sim/input/op_source.hpp"
#include "sim/results/run_result.hpp"

namespace ksmsim::host {

class Run {
 public:
  // Writes the knobs of the options; an error if one is refused.
  static Result<Run> begin(RunOptions options, std::unique_ptr<input::OpSource> source);

  enum class State { going_on, over };
  // Goes on up to and including `until`, or to the end of the run.
  Result<State> advance(Time until);
  // What came out so far; the last sample is made now. REQUIRES: nothing after this but ~Run.
  results::RunResult finish();

  // Keeps something about the run among its events, as of now.
  void note(results::Happening what) { recorder_.note(now(), std::move(what)); }

  Time now() const { return timeline_.now(); }
  const Machine& machine() const { return machine_; }
  // What a sample made now would show.
  results::Sample sample() const;
  // How long contents lived so far. REQUIRES: the options asked for it.
  results::ContentLives lives() const { return recorder_.lives(now()); }
  // Whether the controller would run KSM now if it saw every guest.
  bool would_run_if_it_saw_all() const;
  // What living guests hold now, as ps_mem and smem show it; looks at every page.
  std::vector<results::GuestMemory> memory_view() const;

 private:
  Run(RunOptions options, std::unique_ptr<input::OpSource> source);
  Result<void> prepare();
  bool is_over() const;
  void carry_out(const Scheduled& event);
  KsmdClock::Scanned scan(Time until);
  void end_batch();
  void take_sample();

  // Who changes something (run_changes.cpp).
  Result<void> carry_out(const input::Operation& operation);
  Result<void> carry_out_guests(const input::Operation& operation);
  Result<void> carry_out_part(const input::Operation& operation);
  void write_knob(const KnobWrite& write);
  void write_knob_now(const KnobWrite& write);
  void look();
  void follow_up(const MemoryChange& change);
  void relieve_pressure(std::optional<MmId> guest);
  bool kill_worst();
  void note_available();
  void note_beginning(const input::Operation& operation);

  // What comes out (run_results.cpp).
  void note_pass_end();
  void end_guest(MmId mm);
  results::Guest keep_guest(MmId mm);
  results::Storm storm_at(Time at) const;
  HostView view_of_controller() const;

  RunOptions options_;
  OperationFeed feed_;
  Machine machine_;
  Timeline timeline_;
  KsmdClock ksmd_;
  HostLoop host_;
  PinnedKnobs pinned_;
  ControllerClock controller_;
  Recorder recorder_;
  Settling settling_;
  bool over_ = false;
};

}  // namespace ksmsim::host
