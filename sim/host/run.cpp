#include "sim/host/run.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/host/configuration.hpp"
#include "sim/host/controllers/registry.hpp"
#include "sim/host/run_watcher.hpp"
#include "sim/ksm/files.hpp"

namespace ksmsim::host {

// ---------------------------------------------------------------- before anything happens

Run::Run(RunOptions options, std::unique_ptr<input::OpSource> source)
    : options_(std::move(options)),
      feed_(std::move(source)),
      machine_(*options_.traits, cost::Meter(options_.host.prices, options_.host.agreed),
               options_.host.ticks),
      ksmd_(options_.host.ticks),
      host_(options_),
      pinned_(options_.knobs),
      recorder_(options_, host_.is_bounded() ? std::optional(host_.ram().available_kb(machine_))
                                             : std::nullopt) {
  host_.prepare(machine_.memory());
}

Result<Run> Run::begin(RunOptions options, std::unique_ptr<input::OpSource> source) {
  Run run(std::move(options), std::move(source));
  if (auto r = run.prepare(); !r) return r.error();
  return Result<Run>(std::move(run));
}

Result<void> Run::prepare() {
  const ksm::Traits& traits = *options_.traits;
  auto controller = controllers::make_controller(options_.controller, traits);
  if (!controller) return controller.error();
  controller_ = ControllerClock(std::move(*controller));
  if (controller_ && !host_.is_bounded() &&
      controllers::looks_at_memory(options_.controller.name)) {
    return Error{
        "controller " + options_.controller.name +
        " looks at the host's memory: how much RAM it has ([host] ram_mib) has to be given"};
  }
  // Whoever has a controller leaves it to that to switch KSM on.
  if (!pinned_.contains("run") && !controller_) write_knob_now({{"run", "1"}, ""});
  // 2.6.32 lets a quarter of RAM become KSM pages unless told otherwise (ksm_init).
  if (host_.is_bounded() && ksm::has_file(traits, "max_kernel_pages")) {
    const std::int64_t pages = options_.ram.total_kb / kPageKb / 4;
    write_knob_now({{"max_kernel_pages", std::to_string(pages)}, ""});
  }
  for (const input::SetKnob& knob : options_.knobs) {
    const auto error = machine_.write_knob(knob, ksmd_.batch_clock(now()));
    if (error != ksm::WriteError::none) {
      return Error{ksm::explain(error, knob.knob, knob.value, traits)};
    }
  }
  recorder_.describe(configuration_of(options_, machine_.ksmd().knobs()), kept_knobs_of(options_),
                     outcome_of(options_.ram, host_.ram().marks()));
  host_.begin(timeline_);
  if (controller_.begin(timeline_) == ControllerClock::FirstLook::now) look();
  timeline_.schedule(kStart, {What::sample});
  return {};
}

// ---------------------------------------------------------------- the loop

Result<Run::State> Run::advance(Time until) {
  until = std::min(until, options_.until);
  if (auto r = feed_.look_ahead(); !r) return r.error();
  while (!over_) {
    const Time next = std::min(feed_.next_time(), timeline_.next_time());
    // 1. ksmd visits pages until the next thing happens; the end of a batch is a new one.
    const Time stop = std::min(next, until == kNever ? kNever : until + Duration{1});
    if (ksmd_.works() && scan(stop) != KsmdClock::Scanned::until_then) continue;
    if (next > until) break;
    // 2. What guests do comes before what else happens at the same time.
    if (feed_.next_time() == next) {
      timeline_.go_to(next);
      if (auto r = carry_out(feed_.take()); !r) return r.error();
      if (auto r = feed_.look_ahead(); !r) return r.error();
    } else {
      carry_out(timeline_.next());
    }
    // 3. Nothing more may come of it.
    over_ = is_over();
  }
  if (!over_ && until != kNever) timeline_.go_to(until);
  over_ |= options_.end_at == EndAt::time && now() >= options_.until;
  return over_ ? State::over : State::going_on;
}

bool Run::is_over() const {
  if (!feed_.ended()) return false;
  switch (options_.end_at) {
    case EndAt::trace_end:
      return true;
    case EndAt::time:
      return false;
    case EndAt::settled:
      break;
  }
  // Nothing changes any more if nobody turns a knob, and ksmd does nothing or finds nothing new.
  const auto smart_scan =
      machine_.ksmd().knobs().smart_scan ? Settling::SmartScan::on : Settling::SmartScan::off;
  return controller_.is_quiet() && (ksmd_.is_idle(machine_) || settling_.has_settled(smart_scan));
}

void Run::carry_out(const Scheduled& event) {
  switch (event.what) {
    case What::wake_up:
      return ksmd_.wake_from(event.number, machine_, now());
    case What::batch_end:
      return end_batch();
    case What::sample:
      return take_sample();
    case What::page_written:
      return host_.write_page(machine_, timeline_);
    case What::controller_looks:
      if (controller_.is_next(event.number)) look();
      return;
    case What::khugepaged:
      host_.build_huge_pages(machine_);
      follow_up(kHugePagesBuilt);
      return host_.schedule_khugepaged(timeline_);
    case What::arc_looks:
      host_.shrink_arc(machine_);
      follow_up(kArcShrunk);
      return host_.schedule_arc_look(timeline_);
  }
}

// ---------------------------------------------------------------- ksmd, samples

KsmdClock::Scanned Run::scan(Time until) {
  const KsmdClock::Scanned scanned = ksmd_.scan(machine_, until);
  follow_up(kKsmdScanned);
  if (scanned == KsmdClock::Scanned::until_then) return scanned;
  if (scanned == KsmdClock::Scanned::whole_pass) note_pass_end();
  ksmd_.schedule_batch_end(machine_, timeline_);
  return scanned;
}

// Whoever waited for the end finds ksmd on its way to sleep: run 1 does not wake it.
void Run::end_batch() {
  ksmd_.end_batch(machine_);
  while (const auto write = ksmd_.take_deferred()) write_knob_now(*write);
  ksmd_.fall_asleep(machine_, timeline_);
}

void Run::take_sample() {
  const results::Sample taken = sample();
  if (options_.watcher != nullptr) options_.watcher->sample_taken(taken);
  timeline_.schedule(recorder_.keep_sample(taken), {What::sample});
}

}  // namespace ksmsim::host
