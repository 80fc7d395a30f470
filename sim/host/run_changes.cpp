// Run: who changes something (guests, whoever writes knobs, controllers), and what follows.
#include <utility>

#include "sim/host/run.hpp"
#include "sim/input/guest_of.hpp"
#include "sim/input/parts.hpp"

namespace ksmsim::host {

// ---------------------------------------------------------------- what the input says

Result<void> Run::carry_out(const input::Operation& operation) {
  settling_.note_operation(now());
  if (const auto* knob = std::get_if<input::SetKnob>(&operation)) {
    write_knob({*knob, ""});
    return {};
  }
  if (const auto* counters = std::get_if<input::HostCounters>(&operation)) {
    recorder_.keep_observed(now(), *counters);
    return {};
  }
  return carry_out_guests(operation);
}

Result<void> Run::carry_out_guests(const input::Operation& operation) {
  note_beginning(operation);
  GuestControl& guests = host_.guests();
  if (guests.drops(operation)) {
    guests.drop(machine_, operation);
    return {};
  }
  if (const auto* end = std::get_if<input::End>(&operation)) {
    end_guest(end->mm);
    note(results::GuestEnded{recorder_.name(end->mm)});
  }
  if (!host_.is_bounded()) {
    if (auto r = carry_out_part(operation); !r) return r;
  } else {
    // Large ones piece by piece, so that pressure acts in between.
    input::Parts parts(operation);
    while (const auto part = parts.next()) {
      if (guests.drops(*part)) {  // Killed meanwhile.
        guests.drop(machine_, *part);
        break;
      }
      if (auto r = carry_out_part(*part); !r) return r;
    }
  }
  const bool moves = std::holds_alternative<input::Begin>(operation) ||
                     std::holds_alternative<input::End>(operation);
  if (moves) controller_.heed_guests(timeline_);
  return {};
}

Result<void> Run::carry_out_part(const input::Operation& operation) {
  const auto woken = machine_.apply(operation);
  if (!woken) return woken.error();
  recorder_.record(now(), operation, machine_.memory());
  const auto from_balloon = host_.guests().takes_from_balloon(operation)
                                ? Recorder::FromBalloon::yes
                                : Recorder::FromBalloon::no;
  // What a guest leaves behind is no relief from anybody's storm.
  const auto frames = std::holds_alternative<input::End>(operation)
                          ? MemoryChange::Frames::of_nobody
                          : MemoryChange::Frames::of_the_cause;
  follow_up({.cause = recorder_.cause_of(operation, from_balloon),
             .frames = frames,
             .guest = input::guest_of(operation)});
  if (*woken == Machine::Woken::yes) ksmd_.wake_if_work(machine_, now());
  return {};
}

void Run::note_beginning(const input::Operation& operation) {
  if (const auto* begin = std::get_if<input::Begin>(&operation)) {
    recorder_.name_next(begin->name);
    if (host_.guests().drops(operation)) {
      note(results::GuestLeftOut{begin->name});
    } else {
      note(results::GuestBegan{begin->name});
    }
  } else if (const auto* fork = std::get_if<input::Fork>(&operation)) {
    recorder_.name_next(fork->name);
  }
}

// ---------------------------------------------------------------- knobs

void Run::write_knob(const KnobWrite& write) {
  const auto& [op, by] = write;
  if (pinned_.contains(op.knob)) {
    if (!by.empty() && !pinned_.is_first_left_out(op.knob)) return;
    note(results::KnobLeftOut{by, op.knob, op.value});
  } else if (ksmd_.defers(op.knob)) {
    ksmd_.defer(write);
  } else {
    write_knob_now(write);
  }
}

void Run::write_knob_now(const KnobWrite& write) {
  const auto& [op, by] = write;
  const std::uint32_t sleep = machine_.ksmd().knobs().sleep_millisecs;
  const auto error = machine_.write_knob(op, ksmd_.batch_clock(now()));
  if (error != ksm::WriteError::none) {
    note(results::KnobRefused{by, op.knob, op.value, error});
    return;
  }
  note(results::KnobWritten{by, op.knob, op.value});
  follow_up(kKnobWritten);
  ksmd_.heed_knob(op.knob, sleep, machine_, now());
}

// ---------------------------------------------------------------- the controller

void Run::look() {
  const Decision decision = controller_.decide(view_of_controller());
  auto changed = ControllerClock::Changed::nothing;
  for (const input::SetKnob& knob : decision.knobs) {
    const auto now = ksm::show(machine_.ksmd().knobs(), knob.knob);
    if (!ksmd_.has_deferred() && now && *now == knob.value) continue;  // It changes nothing.
    changed = ControllerClock::Changed::something;
    write_knob({knob, options_.controller.name});
  }
  for (const BalloonTarget& target : decision.balloons) {
    changed = ControllerClock::Changed::something;
    if (!machine_.memory().space(target.mm).living) continue;
    host_.guests().set_balloon(machine_, target.mm, target.balloon_kb / kPageKb);
    note(results::BalloonSet{options_.controller.name, recorder_.name(target.mm),
                             target.balloon_kb});
  }
  follow_up(kBalloonsSet);
  controller_.end_look(changed, timeline_);
}

// ---------------------------------------------------------------- what follows

// After everything that may have changed memory.
void Run::follow_up(const MemoryChange& change) {
  recorder_.book(change, now(), machine_.memory().totals());
  switch (change.memory) {
    case MemoryChange::Memory::taken:
      return relieve_pressure(change.guest);
    case MemoryChange::Memory::given_back:
      return note_available();
    case MemoryChange::Memory::untouched:
      return;
  }
}

// The swap device gets its pages, who waited for pages is booked, and memory is found if it is
// short. The guest is the one that took it.
void Run::relieve_pressure(std::optional<MmId> guest) {
  host_.heed_swap(machine_, now(), guest);
  if (host_.is_bounded()) {
    note_available();  // How short it is, and what was found for it.
    while (host_.relieve(machine_, now(), guest) == Pressure::Relief::out_of_memory) {
      if (!kill_worst()) break;
    }
    recorder_.pass_over_frames(machine_.memory().totals());
    note_available();
  }
  host_.schedule_writing(timeline_);
}

void Run::note_available() {
  recorder_.note_available(now(), host_.ram().available_kb(machine_), machine_.memory().totals());
}

// The OOM killer. Returns whether somebody went.
bool Run::kill_worst() {
  const auto victim = host_.victim(machine_);
  if (!victim) {
    if (host_.say_that_nobody_is_left() == HostLoop::Said::for_the_first_time) {
      note(results::NobodyToKill{});
    }
    return false;
  }
  const std::string& name = recorder_.name(victim->mm);
  const std::int64_t free_kb = host_.ram().free_kb(machine_);
  const std::int64_t swap_free_kb = host_.ram().swap_free_kb(machine_);
  recorder_.keep_kill({nanoseconds(now()), name, victim->badness_pages, free_kb, swap_free_kb});
  end_guest(victim->mm);
  note(results::GuestKilled{name, victim->badness_pages, free_kb, host_.ram().marks().min_kb,
                            swap_free_kb});
  host_.kill(machine_, victim->mm, name);
  recorder_.forget_lives(victim->mm);
  controller_.heed_guests(timeline_);
  return true;
}

}  // namespace ksmsim::host
