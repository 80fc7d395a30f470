#include "sim/host/run.hpp"

#include <algorithm>
#include <utility>

#include "sim/host/timer_wheel.hpp"
#include "sim/input/guest_of.hpp"

namespace ksmsim::host {

using Woken = Machine::Woken;

Run::Run(RunOptions options, std::unique_ptr<input::OpSource> source)
    : options_(std::move(options)),
      source_(std::move(source)),
      machine_(*options_.traits, cost::Meter(options_.host.prices, options_.host.agreed),
               options_.host.ticks),
      swap_(options_.host.swap_write) {
  machine_.memory().set_slow_swap(!swap_.at_once());
}

Result<Run> Run::begin(RunOptions options, std::unique_ptr<input::OpSource> source) {
  Run run(std::move(options), std::move(source));
  KSM_CHECK(run.options_.sample_interval > Duration::zero());
  if (!run.is_pinned("run")) run.write_knob_now({"run", "1"});
  for (const input::SetKnob& knob : run.options_.knobs) {
    const auto error = run.machine_.write_knob(knob, run.clock());
    if (error != ksm::WriteError::none) {
      return Error{ksm::explain(error, knob.knob, knob.value, *run.options_.traits)};
    }
  }
  run.describe_configuration();
  run.events_.schedule(kStart, {What::sample});
  return Result<Run>(std::move(run));
}

// ---------------------------------------------------------------- the loop

Result<Run::State> Run::advance(Time until) {
  until = std::min(until, options_.until);
  if (!pending_ && !source_ended_) {
    if (auto r = fetch(); !r) return r.error();
  }
  while (!over_) {
    const Time operation = pending_ ? pending_->at : kNever;
    const Time next = std::min(operation, events_.next_time());
    // 1. ksmd visits pages until the next thing happens.
    if (ksmd_ == Ksmd::works) {
      const Time stop = std::min(next, until == kNever ? kNever : until + Duration{1});
      go_on_with_batch(stop);
      if (ksmd_ == Ksmd::ends_batch) continue;  // There is a new event.
    }
    if (next > until) break;
    now_ = next;
    // 2. What guests do comes before what else happens at the same time.
    if (operation == next) {
      if (auto r = carry_out_pending(); !r) return r.error();
    } else {
      carry_out(events_.pop().what);
    }
    over_ = is_over();
  }
  if (!over_ && until != kNever) now_ = until;
  over_ |= options_.end_at == EndAt::time && now_ >= options_.until;
  return over_ ? State::over : State::going_on;
}

bool Run::is_over() const {
  if (!source_ended_ || pending_) return false;
  switch (options_.end_at) {
    case EndAt::trace_end:
      return true;
    case EndAt::time:
      return false;
    case EndAt::settled:
      break;
  }
  // Nothing changes any more if ksmd waits for work, will not wake up or scans nothing, or enough
  // passes in a row changed nothing: two, but with smart scan a page that has been there for long
  // is visited every ninth time only and has to be visited twice.
  const bool old_pages = machine_.ksmd().knobs().smart_scan && last_operation_ > kStart;
  const int enough = old_pages ? 18 : 2;
  const bool idle = naps_for_ever_ || machine_.ksmd().knobs().pages_to_scan == 0;
  return ksmd_ == Ksmd::waits_for_work || (ksmd_ == Ksmd::naps && idle) || still_passes_ >= enough;
}

Result<void> Run::fetch() {
  auto next = source_.next();
  if (!next) return next.error();
  pending_ = std::move(*next);
  source_ended_ = !pending_;
  return {};
}

Result<void> Run::carry_out_pending() {
  const input::Operation operation = std::move(pending_->operation);
  last_operation_ = now_;
  if (const auto* knob = std::get_if<input::SetKnob>(&operation)) {
    write_knob(*knob);
  } else if (const auto* counters = std::get_if<input::HostCounters>(&operation)) {
    result_.observed.push_back({nanoseconds(now_), counters->values});
  } else {
    if (const auto* end = std::get_if<input::End>(&operation)) note_guest_end(end->mm);
    const auto woken = machine_.apply(operation);
    if (!woken) return woken.error();
    book_breaks(operation);
    if (const auto* begin = std::get_if<input::Begin>(&operation)) {
      names_.push_back(begin->name);
      note("guest " + begin->name + " begins");
    } else if (const auto* fork = std::get_if<input::Fork>(&operation)) {
      names_.push_back(fork->name);
    }
    queue_pages_for_swap();
    if (*woken == Woken::yes) wake_if_work();
  }
  return fetch();
}

void Run::carry_out(const Scheduled& event) {
  switch (event.what) {
    case What::wake_up:
      if (ksmd_ == Ksmd::naps && event.nap == nap_) begin_batch();
      return;
    case What::batch_end:
      ksmd_cpu_ += machine_.ksmd().batch_cpu();
      // Whoever waited for the end finds ksmd on its way to sleep: run 1 does not wake it.
      write_deferred_knobs();
      fall_asleep();
      return;
    case What::sample:
      take_sample();
      return;
    case What::page_written:
      machine_.memory().written(swap_.pop());
      if (swap_.next_time() != kNever) events_.schedule(swap_.next_time(), {What::page_written});
      return;
  }
}

// Books what the operation has broken to what its guest is busy with.
void Run::book_breaks(const input::Operation& operation) {
  if (const auto* activity = std::get_if<input::Activity>(&operation)) breaks_.note(*activity);
  if (const auto* fork = std::get_if<input::Fork>(&operation)) {
    breaks_.fork(fork->parent, fork->child);
  }
  const bool advice = std::holds_alternative<input::Advise>(operation) ||
                      std::holds_alternative<input::OptIn>(operation);
  const auto guest = input::guest_of(operation);
  const BreakLog::Cause cause = advice  ? BreakLog::kAdvice
                                : guest ? breaks_.activity(*guest)
                                        : BreakLog::kRunning;
  breaks_.book(now_, machine_.memory().totals(), cause);
}

void Run::queue_pages_for_swap() {
  for (const mem::LeavingPage& page : machine_.memory().take_leaving()) {
    if (swap_.add(now_, page)) events_.schedule(swap_.next_time(), {What::page_written});
  }
}

// ---------------------------------------------------------------- knobs

bool Run::is_pinned(const std::string& knob) const {
  return std::any_of(options_.knobs.begin(), options_.knobs.end(),
                     [&](const input::SetKnob& k) { return k.knob == knob; });
}

bool Run::waits_for_batch_end(const input::SetKnob& op) const {
  if (!deferred_.empty()) return true;
  if (ksmd_ != Ksmd::works && ksmd_ != Ksmd::ends_batch) return false;
  return op.knob == "run" || op.knob == "merge_across_nodes" || op.knob == "max_page_sharing";
}

void Run::write_knob(const input::SetKnob& op) {
  if (is_pinned(op.knob)) {
    note("the trace's " + op.knob + " = " + op.value + " is left out: set for the whole run");
  } else if (waits_for_batch_end(op)) {
    deferred_.push_back(op);
  } else {
    write_knob_now(op);
  }
}

void Run::write_knob_now(const input::SetKnob& op) {
  const std::uint32_t sleep = machine_.ksmd().knobs().sleep_millisecs;
  const auto error = machine_.write_knob(op, clock());
  if (error != ksm::WriteError::none) {
    note("refused: " + ksm::explain(error, op.knob, op.value, *options_.traits));
    return;
  }
  note(op.knob + " = " + op.value);
  breaks_.book(now_, machine_.memory().totals(), BreakLog::kRun2);
  // Two things end ksmd's waiting: there is work now, or the sleep it naps for has changed.
  if (op.knob == "run") wake_if_work();
  const bool wakes = options_.traits->sleep_change == ksm::SleepChange::wakes;
  if (ksmd_ == Ksmd::naps && wakes && machine_.ksmd().knobs().sleep_millisecs != sleep) {
    begin_batch();
  }
}

void Run::write_deferred_knobs() {
  while (!deferred_.empty()) {
    const input::SetKnob op = std::move(deferred_.front());
    deferred_.pop_front();
    write_knob_now(op);
  }
}

// ---------------------------------------------------------------- ksmd

void Run::wake_if_work() {
  if (ksmd_ == Ksmd::waits_for_work && machine_.has_work()) begin_batch();
}

// ksmd is awake: a batch if there is work, otherwise it waits for some.
void Run::begin_batch() {
  if (!machine_.has_work()) {
    ksmd_ = Ksmd::waits_for_work;
    return;
  }
  machine_.ksmd().begin_batch(clock());
  ksmd_ = Ksmd::works;
}

void Run::go_on_with_batch(Time until) {
  const std::int64_t before = machine_.ksmd().full_scans();
  const auto state = machine_.ksmd().scan(machine_.memory(), until);
  breaks_.pass_over_frames(machine_.memory().totals());
  breaks_.book(now_, machine_.memory().totals(), BreakLog::kUndone);
  if (state == ksm::Ksmd::BatchState::suspended) return;
  if (machine_.ksmd().full_scans() != before) {
    ++passes_;
    const std::int64_t saved = machine_.memory().totals().saved();
    still_passes_ = guests_were_still_ && saved == settled_saved_ ? still_passes_ + 1 : 0;
    settled_saved_ = saved;
    guests_were_still_ = source_ended_;
  }
  ksmd_ = Ksmd::ends_batch;
  // A batch takes some time whatever it costs, so that time goes on with a sleep of 0.
  const Time end = std::max(machine_.ksmd().batch_time(), now_ + Duration{1});
  events_.schedule(end, {What::batch_end});
}

void Run::fall_asleep() {
  ksmd_ = machine_.has_work() ? Ksmd::naps : Ksmd::waits_for_work;
  if (ksmd_ == Ksmd::waits_for_work) return;
  ++nap_;
  const Time end = sleep_end(options_.host.ticks, now_, machine_.ksmd().knobs().sleep_millisecs);
  naps_for_ever_ = end == kNever;
  if (!naps_for_ever_) events_.schedule(end, {What::wake_up, nap_});
}

}  // namespace ksmsim::host
