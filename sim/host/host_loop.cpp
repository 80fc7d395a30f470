#include "sim/host/host_loop.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/host/memory_view.hpp"

namespace ksmsim::host {

void HostLoop::prepare(mem::HostMemory& memory) const {
  memory.set_slow_swap(!swaps_at_once());
  if (is_bounded()) memory.set_swap_size(ram().options().swap_kb / kPageKb);
}

void HostLoop::begin(Timeline& timeline) const {
  schedule_khugepaged(timeline);
  if (is_bounded()) schedule_arc_look(timeline);
}

// ---------------------------------------------------------------- pressure

void HostLoop::heed_swap(Machine& machine, Time now, std::optional<MmId> guest) {
  pressure_.note_swap_ins(machine, now, guest);
  pressure_.queue_leaving(machine, now);
}

std::optional<OomVictim> HostLoop::victim(const Machine& machine) const {
  const auto worst = oom_victim(machine, ram().options().guest_overhead_kb / kPageKb);
  return worst && worst->badness_pages > 0 ? worst : std::nullopt;
}

void HostLoop::kill(Machine& machine, MmId mm, const std::string& name) {
  guests_.kill(machine, mm, name);
  ++kills_;
}

HostLoop::Said HostLoop::say_that_nobody_is_left() {
  return std::exchange(nobody_is_left_, true) ? Said::before : Said::for_the_first_time;
}

void HostLoop::schedule_writing(Timeline& timeline) {
  const Time next = pressure_.device().next_time();
  if (writing_scheduled_ || next == kNever) return;
  timeline.schedule(next, {What::page_written});
  writing_scheduled_ = true;
}

void HostLoop::write_page(Machine& machine, Timeline& timeline) {
  writing_scheduled_ = false;
  // Some may have been written early, for a guest that waited.
  if (pressure_.device().next_time() <= timeline.now()) {
    machine.memory().written(pressure_.device().pop());
  }
  schedule_writing(timeline);
}

// ---------------------------------------------------------------- khugepaged, ZFS

void HostLoop::build_huge_pages(Machine& machine) {
  std::int64_t room = std::numeric_limits<std::int64_t>::max();
  if (is_bounded()) {
    const std::int64_t spare = ram().free_kb(machine) - ram().marks().high_kb;
    room = std::max<std::int64_t>(spare, 0) / (mem::kBlockPages * kPageKb);
  }
  khugepaged_.scan(machine, ram().options().khugepaged.pages_to_scan, room);
}

void HostLoop::schedule_khugepaged(Timeline& timeline) const {
  const auto& khugepaged = ram().options().khugepaged;
  if (khugepaged.pages_to_scan <= 0) return;
  timeline.schedule(timeline.now() + khugepaged.scan_sleep, {What::khugepaged});
}

void HostLoop::schedule_arc_look(Timeline& timeline) const {
  if (!ram().arc().gives_way()) return;
  timeline.schedule(timeline.now() + ZfsArc::kLook, {What::arc_looks});
}

// ---------------------------------------------------------------- what it shows

results::HostFigures HostLoop::figures(const Machine& machine) const {
  const mem::Totals& totals = machine.memory().totals();
  results::HostFigures h;
  if (!ram().options().modelled()) return h;
  ram().show(machine, h);
  h.swap_ins = totals.swap_ins;
  h.swap_outs = totals.swap_outs;
  h.stall_ns = pressure_.stall_of_all().count();
  h.oom_kills = kills_;
  h.dropped_operations = guests_.dropped_of_all();
  h.huge_pages = totals.huge_pages;
  h.huge_rebuilt = khugepaged_.rebuilt();
  return h;
}

results::GuestMemory HostLoop::memory_of(const Machine& machine, MmId mm,
                                         const std::string& name) const {
  const SpaceMemory held = host::memory_of(machine.memory(), mm);
  const std::int64_t overhead = ram().options().guest_overhead_kb;
  results::GuestMemory g;
  g.name = name;
  g.size_kb = held.size_kb;
  g.private_kb = held.private_kb + overhead;
  g.shared_kb = held.shared_kb;
  g.rss_kb = held.rss_kb() + overhead;
  g.pss_kb = held.pss_kb + overhead;
  g.swap_kb = held.swap_kb;
  g.balloon_kb = guests_.balloon_pages(machine, mm) * kPageKb;
  g.stall_ns = pressure_.stall(mm).count();
  g.dropped_operations = guests_.dropped(mm);
  return g;
}

}  // namespace ksmsim::host
