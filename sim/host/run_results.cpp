// Run: what comes out of it.
#include <utility>

#include "sim/host/controllers/facts.hpp"
#include "sim/host/duplicates.hpp"
#include "sim/host/figures.hpp"
#include "sim/host/host_view.hpp"
#include "sim/host/run.hpp"
#include "sim/host/run_watcher.hpp"
#include "sim/host/storm.hpp"

namespace ksmsim::host {

results::Sample Run::sample() const {
  results::Sample s = sample_of(machine_, now());
  s.ksmd_cpu_ns = ksmd_.cpu(machine_, now()).count();
  s.passes = ksmd_.passes();
  if (!options_.ram.modelled()) return s;
  s.host = host_.figures(machine_);
  s.host.huge_split_by_merging = ksmd_.huge_pages_split();
  s.host.huge_split_otherwise =
      machine_.memory().totals().huge_pages_split - ksmd_.huge_pages_split();
  s.host.local_reads = recorder_.numa_reads().local();
  s.host.remote_reads = recorder_.numa_reads().remote();
  return s;
}

std::vector<results::GuestMemory> Run::memory_view() const {
  std::vector<results::GuestMemory> living;
  for (std::uint32_t m = 0; m < machine_.memory().spaces(); ++m) {
    const MmId mm{m};
    if (!machine_.memory().space(mm).living) continue;
    living.push_back(host_.memory_of(machine_, mm, recorder_.name(mm)));
  }
  return living;
}

HostView Run::view_of_controller() const {
  return host_view(machine_, host_, now(), recorder_.names(), options_.accel);
}

bool Run::would_run_if_it_saw_all() const {
  if (!controller_) return false;
  HostView view = view_of_controller();
  for (GuestProcess& guest : view.guests) guest.accel = Accel::enable_kvm;
  for (const input::SetKnob& knob : controller_.would_decide(view).knobs) {
    if (knob.knob == "run") return knob.value == "1";
  }
  return view.knobs.run == ksm::RunMode::merge;
}

// ---------------------------------------------------------------- as it goes on

// What is saved now is known when the batch's time has passed.
void Run::note_pass_end() {
  const std::int64_t saved = machine_.memory().totals().saved();
  settling_.note_pass(saved,
                      feed_.ended() ? Settling::Guests::hold_still : Settling::Guests::go_on);
  const Time at = ksmd_.batch_end(machine_, now());
  if (options_.blasts == Blasts::at_peak_too && recorder_.is_new_peak(saved)) {
    recorder_.keep_peak(storm_at(at));
  }
  if (options_.watcher != nullptr) options_.watcher->pass_ended(at, machine_);
}

// To be called while it still holds what it held.
void Run::end_guest(MmId mm) {
  const results::Guest guest = keep_guest(mm);
  if (options_.watcher != nullptr) options_.watcher->guest_ended(now(), guest);
}

// Keeps what a guest holds now.
results::Guest Run::keep_guest(MmId mm) {
  const std::string& name = recorder_.name(mm);
  results::Guest guest = ksm_stat_of(machine_, mm, name);
  recorder_.keep_guest(mm, guest, host_.memory_of(machine_, mm, name));
  return guest;
}

// The blast radii as they are now; `at` is the moment by which they are known.
results::Storm Run::storm_at(Time at) const {
  results::Storm storm = find_storm(machine_, recorder_.names());
  storm.at_ns = nanoseconds(at);
  if (host_.is_bounded()) storm.available_kb = host_.ram().available_kb(machine_);
  return storm;
}

// ---------------------------------------------------------------- at the end

results::RunResult Run::finish() {
  for (std::uint32_t m = 0; m < machine_.memory().spaces(); ++m) {
    if (machine_.memory().space(MmId{m}).living) (void)keep_guest(MmId{m});
  }
  results::RunResult result = recorder_.finish(sample(), machine_, host_.guests());
  result.duplicates = find_duplicates(machine_, recorder_.names());
  result.storm = storm_at(now());
  result.knobs = machine_.ksmd().knobs();
  result.controller = controllers::facts_of(options_.controller, options_.accel, result.knobs);
  // Otherwise they are not why.
  auto& unseen = result.controller.unseen_guests;
  if (!unseen.empty() && !would_run_if_it_saw_all()) unseen.clear();
  const cost::Work& work = machine_.ksmd().meter().work();
  cost::for_each_unit(
      [&](const char* name, auto unit) { result.work.emplace_back(name, work.*unit); });
  const auto& outcomes = machine_.ksmd().outcomes();
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    result.outcomes.emplace_back(ksm::kVisitOutcomeNames[i], outcomes[i]);
  }
  results::name_classes(result, options_.classes);
  result.digest = digest_of(result);
  return result;
}

}  // namespace ksmsim::host
