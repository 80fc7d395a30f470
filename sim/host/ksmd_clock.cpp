#include "sim/host/ksmd_clock.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/host/timer_wheel.hpp"

namespace ksmsim::host {

bool KsmdClock::is_idle(const Machine& machine) const {
  if (state_ == State::waits_for_work) return true;
  return state_ == State::naps && (naps_for_ever_ || machine.ksmd().knobs().pages_to_scan == 0);
}

// ---------------------------------------------------------------- awake, a batch, asleep

void KsmdClock::wake(Machine& machine, Time now) {
  if (!machine.has_work()) {
    state_ = State::waits_for_work;
    return;
  }
  machine.ksmd().begin_batch(batch_clock(now));
  state_ = State::works;
}

void KsmdClock::wake_if_work(Machine& machine, Time now) {
  if (state_ == State::waits_for_work) wake(machine, now);
}

void KsmdClock::wake_from(std::uint64_t nap, Machine& machine, Time now) {
  if (state_ == State::naps && nap == nap_) wake(machine, now);
}

void KsmdClock::heed_knob(const std::string& knob, std::uint32_t sleep_before, Machine& machine,
                          Time now) {
  if (knob == "run") wake_if_work(machine, now);
  const bool wakes = machine.ksmd().traits().sleep_change == ksm::SleepChange::wakes;
  const bool changed = machine.ksmd().knobs().sleep_millisecs != sleep_before;
  if (state_ == State::naps && wakes && changed) wake(machine, now);
}

KsmdClock::Scanned KsmdClock::scan(Machine& machine, Time until) {
  KSM_CHECK(works());
  const std::int64_t passes = machine.ksmd().full_scans();
  const std::int64_t split = machine.memory().totals().huge_pages_split;
  const auto state = machine.ksmd().scan(machine.memory(), until);
  huge_pages_split_ += machine.memory().totals().huge_pages_split - split;
  if (state == ksm::Engine::BatchState::suspended) return Scanned::until_then;
  state_ = State::ends_batch;
  if (machine.ksmd().full_scans() == passes) return Scanned::whole_batch;
  ++passes_;
  return Scanned::whole_pass;
}

Time KsmdClock::batch_end(const Machine& machine, Time now) const {
  return std::max(machine.ksmd().batch_time(), now + Duration{1});
}

void KsmdClock::schedule_batch_end(const Machine& machine, Timeline& timeline) {
  KSM_CHECK(state_ == State::ends_batch);
  timeline.schedule(batch_end(machine, timeline.now()), {What::batch_end});
}

void KsmdClock::end_batch(const Machine& machine) { cpu_ += machine.ksmd().batch_cpu(); }

void KsmdClock::fall_asleep(const Machine& machine, Timeline& timeline) {
  state_ = machine.has_work() ? State::naps : State::waits_for_work;
  if (state_ == State::waits_for_work) return;
  ++nap_;
  const Time end = sleep_end(ticks_, timeline.now(), machine.ksmd().knobs().sleep_millisecs);
  naps_for_ever_ = end == kNever;
  if (!naps_for_ever_) timeline.schedule(end, {What::wake_up, nap_});
}

Duration KsmdClock::cpu(const Machine& machine, Time now) const {
  return cpu_ + (in_batch() ? machine.ksmd().batch_cpu_until(now) : Duration{});
}

// ---------------------------------------------------------------- knobs that wait

bool KsmdClock::defers(const std::string& knob) const {
  if (has_deferred()) return true;
  if (!in_batch()) return false;
  return knob == "run" || knob == "merge_across_nodes" || knob == "max_page_sharing";
}

std::optional<KnobWrite> KsmdClock::take_deferred() {
  if (!has_deferred()) return std::nullopt;
  KnobWrite first = std::move(deferred_.front());
  deferred_.pop_front();
  return first;
}

}  // namespace ksmsim::host
