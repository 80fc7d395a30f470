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
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/des/event_queue.hpp"
#include "sim/host/break_log.hpp"
#include "sim/host/machine.hpp"
#include "sim/host/run_options.hpp"
#include "sim/host/swap_device.hpp"
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
  void note(std::string text) { result_.events.push_back({nanoseconds(now_), std::move(text)}); }

  Time now() const { return now_; }
  const Machine& machine() const { return machine_; }
  // What a sample made now would show.
  results::Sample sample() const;

 private:
  enum class What : std::uint8_t { wake_up, batch_end, sample, page_written };
  struct Scheduled {
    What what;
    std::uint64_t nap = 0;  // Of a wake-up: which nap it ends.
  };
  enum class Ksmd : std::uint8_t { waits_for_work, naps, works, ends_batch };

  Run(RunOptions options, std::unique_ptr<input::OpSource> source);
  Result<void> fetch();  // Fills pending_.
  Result<void> carry_out_pending();
  void carry_out(const Scheduled& event);
  void write_knob(const input::SetKnob& op);
  void write_knob_now(const input::SetKnob& op);
  void write_deferred_knobs();
  bool waits_for_batch_end(const input::SetKnob& op) const;
  bool is_pinned(const std::string& knob) const;
  void wake_if_work();
  void begin_batch();
  void go_on_with_batch(Time until);
  void fall_asleep();
  bool is_over() const;
  ksm::BatchClock clock() const { return {now_, ksmd_cpu_}; }
  void note_guest_end(MmId mm);
  results::Guest guest(MmId mm) const;
  void describe_configuration();
  void book_breaks(const input::Operation& operation);
  void queue_pages_for_swap();
  void take_sample();

  RunOptions options_;
  input::OpStream source_;
  std::optional<input::TimedOperation> pending_;
  bool source_ended_ = false;
  bool over_ = false;

  Machine machine_;
  SwapDevice swap_;
  des::EventQueue<Scheduled> events_;
  Time now_ = kStart;
  Ksmd ksmd_ = Ksmd::waits_for_work;
  std::uint64_t nap_ = 0;  // Number of the present nap.
  bool naps_for_ever_ = false;
  Duration ksmd_cpu_{};  // Of finished batches.
  std::int64_t passes_ = 0;
  std::deque<input::SetKnob> deferred_;

  // Settling: pages saved when the last pass ended, and how many passes in a row left them so.
  std::int64_t settled_saved_ = -1;
  int still_passes_ = 0;
  Time last_operation_ = kStart;
  BreakLog breaks_;
  bool guests_were_still_ = false;  // Since before the present pass began.

  std::vector<std::string> names_;  // By MmId.
  results::RunResult result_;
};

}  // namespace ksmsim::host
