// Run: the host around guests and ksmd: pressure, the OOM killer, controllers, khugepaged.
#include <algorithm>
#include <limits>
#include <utility>

#include "sim/host/oom.hpp"
#include "sim/host/run.hpp"
#include "sim/input/guest_of.hpp"
#include "sim/input/parts.hpp"
#include "sim/ksm/files.hpp"

namespace ksmsim::host {

using Woken = Machine::Woken;

void Run::begin_host() {
  if (options_.ram.khugepaged.pages_to_scan > 0) {
    events_.schedule(kStart + options_.ram.khugepaged.scan_sleep, {What::khugepaged});
  }
  if (options_.ram.bounded()) schedule_arc_look();
  if (!controller_) return;
  if (controller_->first_look() == Duration::zero()) return look();
  schedule_look(kStart + controller_->first_look());
}

// ---------------------------------------------------------------- what guests do

Result<void> Run::carry_out_guests(const input::Operation& operation) {
  note_beginning(operation);
  if (guests_.drops(operation)) {
    guests_.drop(machine_, operation);
    return {};
  }
  if (const auto* end = std::get_if<input::End>(&operation)) note_guest_end(end->mm);
  if (!options_.ram.bounded()) {
    if (auto r = carry_out_part(operation); !r) return r;
  } else {
    // Large ones piece by piece, so that pressure acts in between.
    input::Parts parts(operation);
    while (const auto part = parts.next()) {
      if (guests_.drops(*part)) {  // Killed meanwhile.
        guests_.drop(machine_, *part);
        break;
      }
      if (auto r = carry_out_part(*part); !r) return r;
    }
  }
  const bool moves = std::holds_alternative<input::Begin>(operation) ||
                     std::holds_alternative<input::End>(operation);
  if (moves) tell_controller();
  return {};
}

Result<void> Run::carry_out_part(const input::Operation& operation) {
  const auto woken = machine_.apply(operation);
  if (!woken) return woken.error();
  if (life_log_) life_log_->record(now_, operation);
  book_breaks(operation);
  if (const auto* read = std::get_if<input::Read>(&operation);
      read && options_.ram.numa_nodes > 1) {
    numa_.count(machine_.memory(), *read);
  }
  heed_memory(input::guest_of(operation));
  if (*woken == Woken::yes) wake_if_work();
  return {};
}

void Run::note_beginning(const input::Operation& operation) {
  if (const auto* begin = std::get_if<input::Begin>(&operation)) {
    names_.push_back(begin->name);
    note("guest " + begin->name +
         (guests_.drops(operation) ? " is left out: it was killed" : " begins"));
  } else if (const auto* fork = std::get_if<input::Fork>(&operation)) {
    names_.push_back(fork->name);
  }
}

// Books what the operation has broken to what its guest is busy with.
void Run::book_breaks(const input::Operation& operation) {
  if (const auto* activity = std::get_if<input::Activity>(&operation)) breaks_.note(*activity);
  if (const auto* fork = std::get_if<input::Fork>(&operation)) {
    breaks_.fork(fork->parent, fork->child);
  }
  // What a guest leaves behind is no relief from anybody's storm.
  if (std::holds_alternative<input::End>(operation)) {
    breaks_.pass_over_frames(machine_.memory().totals());
  }
  const bool advice = std::holds_alternative<input::Advise>(operation) ||
                      std::holds_alternative<input::OptIn>(operation);
  const auto guest = input::guest_of(operation);
  const BreakLog::Cause cause = advice                                  ? BreakLog::kAdvice
                                : guests_.takes_from_balloon(operation) ? BreakLog::kBalloon
                                : guest                                 ? breaks_.activity(*guest)
                                                                        : BreakLog::kRunning;
  breaks_.book(now_, machine_.memory().totals(), cause);
}

// ---------------------------------------------------------------- pressure

// After everything that may have taken memory, or sent pages to swap: the device gets them, who
// waited for pages is booked, and memory is found if it is short. The guest is the one that did it.
void Run::heed_memory(std::optional<MmId> guest) {
  pressure_.note_swap_ins(machine_, now_, guest);
  pressure_.queue_leaving(machine_, now_);
  if (options_.ram.bounded()) {
    note_memory();  // How short it is, and what was found for it.
    while (pressure_.relieve(machine_, now_, guest) == Pressure::Relief::out_of_memory) {
      if (!kill_worst()) break;
    }
    breaks_.pass_over_frames(machine_.memory().totals());
    note_memory();
  }
  schedule_writing();
}

void Run::note_memory() {
  const mem::Totals& totals = machine_.memory().totals();
  memory_log_->note(now_, pressure_.ram().available_kb(machine_),
                    totals.write_breaks + totals.unmerge_breaks);
}

void Run::schedule_writing() {
  const Time next = pressure_.device().next_time();
  if (writing_scheduled_ || next == kNever) return;
  events_.schedule(next, {What::page_written});
  writing_scheduled_ = true;
}

void Run::write_pages_to_swap() {
  writing_scheduled_ = false;
  // Some may have been written early, for a guest that waited.
  if (pressure_.device().next_time() <= now_) machine_.memory().written(pressure_.device().pop());
  schedule_writing();
}

// The OOM killer. Returns whether somebody went.
bool Run::kill_worst() {
  const auto victim = oom_victim(machine_, options_.ram.guest_overhead_kb / kPageKb);
  if (!victim || victim->badness_pages == 0) {
    if (!std::exchange(nobody_to_kill_, true)) note("out of memory, and no guest to kill");
    return false;
  }
  const std::string& name = names_[victim->mm.value];
  const std::int64_t free_kb = pressure_.ram().free_kb(machine_);
  const std::int64_t swap_free_kb = pressure_.ram().swap_free_kb(machine_);
  result_.host->kills.push_back(
      {nanoseconds(now_), name, victim->badness_pages, free_kb, swap_free_kb});
  list_guest(victim->mm);
  note("out of memory: guest " + name + " is killed, the largest by the kernel's badness (" +
       std::to_string(victim->badness_pages) + " pages of RSS, swap and page tables); free " +
       std::to_string(free_kb) + " kB of at least " +
       std::to_string(pressure_.ram().marks().min_kb) + " kB, swap free " +
       std::to_string(swap_free_kb) + " kB");
  guests_.kill(machine_, victim->mm, name);
  if (life_log_) life_log_->forget(victim->mm);
  tell_controller();
  return true;
}

// ---------------------------------------------------------------- controllers

void Run::schedule_look(Time at) { events_.schedule(at, {What::controller_looks, ++look_}); }

// A guest has come or gone.
void Run::tell_controller() {
  if (controller_ && controller_->heeds_guests()) schedule_look(now_);
}

void Run::look() {
  const Decision decision = controller_->decide(host_view());
  bool changes = !decision.balloons.empty();
  for (const input::SetKnob& knob : decision.knobs) {
    const auto now = ksm::show(machine_.ksmd().knobs(), knob.knob);
    if (deferred_.empty() && now && *now == knob.value) continue;  // It changes nothing.
    changes = true;
    write_knob({knob, options_.controller.name});
  }
  for (const BalloonTarget& target : decision.balloons) {
    if (!machine_.memory().space(target.mm).living) continue;
    guests_.set_balloon(machine_, target.mm, target.balloon_kb / kPageKb);
    note(options_.controller.name + ": balloon of guest " + names_[target.mm.value] + " = " +
         std::to_string(target.balloon_kb) + " kB");
  }
  breaks_.book(now_, machine_.memory().totals(), BreakLog::kBalloon);
  quiet_looks_ = changes ? 0 : quiet_looks_ + 1;
  schedule_look(now_ + controller_->interval());
}

bool Run::would_run_if_it_saw_all() const {
  if (!controller_) return false;
  ControllerSlot copy = controller_;
  HostView view = host_view();
  for (GuestProcess& guest : view.guests) guest.accel = Accel::enable_kvm;
  for (const input::SetKnob& knob : copy->decide(view).knobs) {
    if (knob.knob == "run") return knob.value == "1";
  }
  return view.knobs.run == ksm::RunMode::merge;
}

HostView Run::host_view() const {
  const results::HostFigures figures = host_figures();
  HostView view;
  view.now = now_;
  view.total_kb = options_.ram.total_kb;
  view.free_kb = figures.free_kb;
  view.buffers_kb = figures.buffers_kb;
  view.cached_kb = figures.cached_kb;
  view.available_kb = figures.available_kb;
  view.swap_total_kb = options_.ram.swap_kb;
  view.swap_free_kb = pressure_.ram().swap_free_kb(machine_);
  view.knobs = machine_.ksmd().knobs();
  for (std::uint32_t m = 0; m < machine_.memory().spaces(); ++m) {
    if (!machine_.memory().space(MmId{m}).living) continue;
    const results::GuestMemory held = guest_memory(MmId{m});
    const auto accel = options_.accel.find(held.name);
    GuestProcess& process = view.guests.emplace_back();
    process.mm = MmId{m};
    process.name = held.name;
    process.accel = accel == options_.accel.end() ? Accel::enable_kvm : accel->second;
    process.size_kb = held.size_kb;
    process.rss_kb = held.rss_kb;
    process.pss_kb = held.pss_kb;
    process.balloon_kb = held.balloon_kb;
  }
  return view;
}

// ---------------------------------------------------------------- ZFS

void Run::schedule_arc_look() {
  if (pressure_.ram().arc().gives_way()) events_.schedule(now_ + ZfsArc::kLook, {What::arc_looks});
}

void Run::shrink_arc() {
  pressure_.shrink_arc(machine_);
  note_memory();
  schedule_arc_look();
}

// ---------------------------------------------------------------- khugepaged

void Run::wake_khugepaged() {
  std::int64_t room = std::numeric_limits<std::int64_t>::max();
  if (options_.ram.bounded()) {
    const std::int64_t spare = pressure_.ram().free_kb(machine_) - pressure_.ram().marks().high_kb;
    room = std::max<std::int64_t>(spare, 0) / (mem::kBlockPages * kPageKb);
  }
  khugepaged_.scan(machine_, options_.ram.khugepaged.pages_to_scan, room);
  breaks_.pass_over_frames(machine_.memory().totals());
  heed_memory(std::nullopt);
  events_.schedule(now_ + options_.ram.khugepaged.scan_sleep, {What::khugepaged});
}

}  // namespace ksmsim::host
