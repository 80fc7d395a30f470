// A run: guest operations in, a result out. One virtual clock; ksmd sleeps in ticks, wakes up,
// and works through a batch page by page in time.
//
// Rules of time (DESIGN):
//   (1) A visit of a page happens at the start of its batch plus the price of the visits before it;
//       guest operations at or before that time come first.
//   (2) Writes to `run`, `merge_across_nodes` and `max_page_sharing` wait for the end of a batch,
//       and what the same administrator writes after them waits behind them. pages_to_scan counts
//       from the next batch. Others act at once.
//   (3) A sample shows everything that happened before its time, and what guests did at it.
//
// A value: copying it copies its future.
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/des/event_queue.hpp"
#include "sim/host/break_log.hpp"
#include "sim/host/controller_slot.hpp"
#include "sim/host/guest_control.hpp"
#include "sim/host/khugepaged.hpp"
#include "sim/host/life_log.hpp"
#include "sim/host/machine.hpp"
#include "sim/host/memory_log.hpp"
#include "sim/host/numa_reads.hpp"
#include "sim/host/pressure.hpp"
#include "sim/host/run_options.hpp"
#include "sim/input/op_source.hpp"
#include "sim/results/run_result.hpp"

namespace ksmsim::host {

// A run keeps no more samples than this: when there are as many, every second one goes and the
// interval doubles, so that a long run needs no more memory than a short one.
inline constexpr std::size_t kSamplesMax = 100'000;

class Run {
 public:
  // Writes the knobs of the options; an error if one is refused.
  static Result<Run> begin(RunOptions options, std::unique_ptr<input::OpSource> source);

  enum class State { going_on, over };
  // Goes on up to and including `until`, or to the end of the run.
  Result<State> advance(Time until);
  // What came out so far; the last sample is made now. REQUIRES: nothing after this but ~Run.
  results::RunResult finish();

  // Keeps a remark about the run among its events.
  void note(results::Happening what) {
    result_.events.push_back({nanoseconds(now_), std::move(what)});
  }
  void note(std::string text) { note(results::Remark{std::move(text)}); }

  Time now() const { return now_; }
  const Machine& machine() const { return machine_; }
  // What a sample made now would show.
  results::Sample sample() const;
  // How long contents lived so far. REQUIRES: the options asked for it.
  results::ContentLives lives() const;
  // Whether the controller would run KSM now if it saw every guest.
  bool would_run_if_it_saw_all() const;
  // What living guests hold now, as ps_mem and smem show it; looks at every page.
  std::vector<results::GuestMemory> memory_view() const;

 private:
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
  struct KnobWrite {
    input::SetKnob op;
    std::string by;  // The controller; empty: the trace, the administrator.
  };
  enum class Ksmd : std::uint8_t { waits_for_work, naps, works, ends_batch };

  Run(RunOptions options, std::unique_ptr<input::OpSource> source);
  Result<void> fetch();  // Fills pending_.
  Result<void> carry_out_pending();
  void carry_out(const Scheduled& event);
  void write_knob(const KnobWrite& write);
  void write_knob_now(const KnobWrite& write);
  void write_deferred_knobs();
  bool waits_for_batch_end(const input::SetKnob& op) const;
  bool is_pinned(const std::string& knob) const;
  void wake_if_work();
  void begin_batch();
  void go_on_with_batch(Time until);
  void fall_asleep();
  bool is_over() const;
  ksm::BatchClock clock() const { return {now_, ksmd_cpu_}; }
  // The host around them (run_host.cpp).
  void begin_host();
  Result<void> carry_out_guests(const input::Operation& operation);
  Result<void> carry_out_part(const input::Operation& operation);
  void note_beginning(const input::Operation& operation);
  void book_breaks(const input::Operation& operation);
  void heed_memory(std::optional<MmId> guest);
  void note_memory();
  void schedule_writing();
  void write_pages_to_swap();
  bool kill_worst();
  void schedule_look(Time at);
  void tell_controller();
  void look();
  HostView host_view() const;
  void wake_khugepaged();
  void schedule_arc_look();
  void shrink_arc();

  // What comes out (run_results.cpp, run_host_results.cpp).
  void note_guest_end(MmId mm);
  results::Guest guest(MmId mm) const;
  results::GuestMemory guest_memory(MmId mm) const;
  results::HostFigures host_figures() const;
  void list_guest(MmId mm);
  void complete_host();
  void describe_configuration();
  void describe_host();
  void take_sample();
  results::Storm storm_at(Time at) const;
  void note_peak(Time at);

  RunOptions options_;
  input::OpStream source_;
  std::optional<input::TimedOperation> pending_;
  bool source_ended_ = false;
  bool over_ = false;

  Machine machine_;
  des::EventQueue<Scheduled> events_;
  Time now_ = kStart;
  Ksmd ksmd_ = Ksmd::waits_for_work;
  std::uint64_t nap_ = 0;  // Number of the present nap.
  bool naps_for_ever_ = false;
  Duration ksmd_cpu_{};  // Of finished batches.
  std::int64_t passes_ = 0;
  std::deque<KnobWrite> deferred_;
  std::set<std::string> left_out_;  // Knobs that a controller may not turn.

  // Settling: pages saved when the last pass ended, and how many passes in a row left them so.
  std::int64_t settled_saved_ = -1;
  int still_passes_ = 0;
  Time last_operation_ = kStart;
  BreakLog breaks_;
  bool guests_were_still_ = false;  // Since before the present pass began.

  Pressure pressure_;
  std::int64_t peak_saved_ = 0;          // Pages, when blast radii were counted for the peak.
  std::optional<MemoryLog> memory_log_;  // If RAM is bounded.
  std::optional<LifeLog> life_log_;      // If the options ask for it.
  GuestControl guests_;
  ControllerSlot controller_;
  Khugepaged khugepaged_;
  NumaReads numa_;
  std::uint64_t look_ = 0;  // Number of the next look.
  int quiet_looks_ = 0;     // The controller's last ones in a row that changed nothing.
  bool writing_scheduled_ = false;
  bool nobody_to_kill_ = false;
  std::int64_t huge_split_by_merging_ = 0;

  std::vector<std::string> names_;  // By MmId.
  std::vector<MmId> listed_;        // Whose memory result_.host->guests are.
  results::RunResult result_;
};

}  // namespace ksmsim::host
