#include "sim/host/run.hpp"

#include <algorithm>
#include <utility>

#include "sim/host/controllers/registry.hpp"
#include "sim/host/timer_wheel.hpp"
#include "sim/ksm/files.hpp"

namespace ksmsim::host {

Run::Run(RunOptions options, std::unique_ptr<input::OpSource> source)
    : options_(std::move(options)),
      source_(std::move(source)),
      machine_(*options_.traits, cost::Meter(options_.host.prices, options_.host.agreed),
               options_.host.ticks),
      pressure_(options_.ram, options_.host.swap_write),
      guests_(options_.classes) {
  machine_.memory().set_slow_swap(!pressure_.device().at_once());
  if (options_.ram.bounded()) {
    machine_.memory().set_swap_size(options_.ram.swap_kb / kPageKb);
    memory_log_.emplace(pressure_.ram().available_kb(machine_));
  }
  if (options_.lives == Lives::measured) life_log_.emplace();
}

Result<Run> Run::begin(RunOptions options, std::unique_ptr<input::OpSource> source) {
  Run run(std::move(options), std::move(source));
  KSM_CHECK(run.options_.sample_interval > Duration::zero());
  auto controller = controllers::make_controller(run.options_.controller, *run.options_.traits);
  if (!controller) return controller.error();
  run.controller_ = ControllerSlot(std::move(*controller));
  if (run.controller_ && !run.options_.ram.bounded() &&
      controllers::looks_at_memory(run.options_.controller.name)) {
    return Error{
        "controller " + run.options_.controller.name +
        " looks at the host's memory: how much RAM it has ([host] ram_mib) has to be given"};
  }
  // Whoever has a controller leaves it to that to switch KSM on.
  if (!run.is_pinned("run") && !run.controller_) run.write_knob_now({{"run", "1"}, ""});
  // 2.6.32 lets a quarter of RAM become KSM pages unless told otherwise (ksm_init).
  if (run.options_.ram.bounded() && ksm::has_file(*run.options_.traits, "max_kernel_pages")) {
    const std::int64_t pages = run.options_.ram.total_kb / kPageKb / 4;
    run.write_knob_now({{"max_kernel_pages", std::to_string(pages)}, ""});
  }
  for (const input::SetKnob& knob : run.options_.knobs) {
    const auto error = run.machine_.write_knob(knob, run.clock());
    if (error != ksm::WriteError::none) {
      return Error{ksm::explain(error, knob.knob, knob.value, *run.options_.traits)};
    }
  }
  run.describe_configuration();
  run.begin_host();
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
  if (controller_ && quiet_looks_ < 2) return false;  // It may still turn a knob.
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
    write_knob({*knob, ""});
  } else if (const auto* counters = std::get_if<input::HostCounters>(&operation)) {
    result_.observed.push_back({nanoseconds(now_), counters->values});
  } else if (auto r = carry_out_guests(operation); !r) {
    return r;
  }
  return fetch();
}

void Run::carry_out(const Scheduled& event) {
  switch (event.what) {
    case What::wake_up:
      if (ksmd_ == Ksmd::naps && event.number == nap_) begin_batch();
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
      return write_pages_to_swap();
    case What::controller_looks:
      if (event.number == look_) look();
      return;
    case What::khugepaged:
      return wake_khugepaged();
    case What::arc_looks:
      return shrink_arc();
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

void Run::write_knob(const KnobWrite& write) {
  const auto& [op, by] = write;
  if (is_pinned(op.knob)) {
    if (!by.empty() && !left_out_.insert(op.knob).second) return;  // Said once.
    note((by.empty() ? "the trace's " : by + "'s ") + op.knob + " = " + op.value +
         " is left out: set for the whole run");
  } else if (waits_for_batch_end(op)) {
    deferred_.push_back(write);
  } else {
    write_knob_now(write);
  }
}

void Run::write_knob_now(const KnobWrite& write) {
  const auto& [op, by] = write;
  const std::string who = by.empty() ? "" : by + ": ";
  const std::uint32_t sleep = machine_.ksmd().knobs().sleep_millisecs;
  const auto error = machine_.write_knob(op, clock());
  if (error != ksm::WriteError::none) {
    note("refused: " + who + ksm::explain(error, op.knob, op.value, *options_.traits));
    return;
  }
  note(who + op.knob + " = " + op.value);
  breaks_.book(now_, machine_.memory().totals(), BreakLog::kRun2);
  heed_memory(std::nullopt);
  // Two things end ksmd's waiting: there is work now, or the sleep it naps for has changed.
  if (op.knob == "run") wake_if_work();
  const bool wakes = options_.traits->sleep_change == ksm::SleepChange::wakes;
  if (ksmd_ == Ksmd::naps && wakes && machine_.ksmd().knobs().sleep_millisecs != sleep) {
    begin_batch();
  }
}

void Run::write_deferred_knobs() {
  while (!deferred_.empty()) {
    const KnobWrite write = std::move(deferred_.front());
    deferred_.pop_front();
    write_knob_now(write);
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
  const std::int64_t split = machine_.memory().totals().huge_pages_split;
  const auto state = machine_.ksmd().scan(machine_.memory(), until);
  huge_split_by_merging_ += machine_.memory().totals().huge_pages_split - split;
  breaks_.pass_over_frames(machine_.memory().totals());
  breaks_.book(now_, machine_.memory().totals(), BreakLog::kUndone);
  heed_memory(std::nullopt);
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
  if (machine_.ksmd().full_scans() != before) note_peak(end);
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
