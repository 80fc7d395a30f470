// Run: what comes out of it about the host.
#include "sim/host/memory_view.hpp"
#include "sim/host/run.hpp"

namespace ksmsim::host {

results::HostFigures Run::host_figures() const {
  const mem::Totals& totals = machine_.memory().totals();
  results::HostFigures h;
  if (!options_.ram.modelled()) return h;
  pressure_.ram().show(machine_, h);
  h.swap_ins = totals.swap_ins;
  h.swap_outs = totals.swap_outs;
  h.stall_ns = pressure_.stall_of_all().count();
  h.oom_kills = static_cast<std::int64_t>(result_.host ? result_.host->kills.size() : 0);
  h.dropped_operations = guests_.dropped_of_all();
  h.huge_pages = totals.huge_pages;
  h.huge_split_by_merging = huge_split_by_merging_;
  h.huge_split_otherwise = totals.huge_pages_split - huge_split_by_merging_;
  h.huge_rebuilt = khugepaged_.rebuilt();
  h.local_reads = numa_.local();
  h.remote_reads = numa_.remote();
  return h;
}

results::GuestMemory Run::guest_memory(MmId mm) const {
  const SpaceMemory held = memory_of(machine_.memory(), mm);
  const std::int64_t overhead = options_.ram.guest_overhead_kb;
  results::GuestMemory g;
  g.name = names_[mm.value];
  g.size_kb = held.size_kb;
  g.private_kb = held.private_kb + overhead;
  g.shared_kb = held.shared_kb;
  g.rss_kb = held.rss_kb() + overhead;
  g.pss_kb = held.pss_kb + overhead;
  g.swap_kb = held.swap_kb;
  g.balloon_kb = guests_.balloon_pages(machine_, mm) * kPageKb;
  g.stall_ns = pressure_.stall(mm).count();
  g.dropped_operations = guests_.dropped(mm);
  return g;
}

std::vector<results::GuestMemory> Run::memory_view() const {
  std::vector<results::GuestMemory> living;
  for (std::uint32_t m = 0; m < machine_.memory().spaces(); ++m) {
    if (machine_.memory().space(MmId{m}).living) living.push_back(guest_memory(MmId{m}));
  }
  return living;
}

// Keeps what a guest holds now for the result.
void Run::list_guest(MmId mm) {
  result_.guests.push_back(guest(mm));
  if (!result_.host) return;
  result_.host->guests.push_back(guest_memory(mm));
  listed_.push_back(mm);
}

// What came after a guest was listed.
void Run::complete_host() {
  if (!result_.host) return;
  for (std::size_t i = 0; i < listed_.size(); ++i) {
    result_.host->guests[i].dropped_operations = guests_.dropped(listed_[i]);
    result_.host->guests[i].living = machine_.memory().space(listed_[i]).living ? 1 : 0;
  }
}

void Run::describe_host() {
  const RamOptions& ram = options_.ram;
  if (!ram.modelled()) return;
  results::HostOutcome& host = result_.host.emplace();
  host.total_kb = ram.total_kb;
  host.swap_total_kb = ram.bounded() ? ram.swap_kb : 0;
  host.zfs_arc_kb = ram.zfs_arc.kb;
  host.min_kb = pressure_.ram().marks().min_kb;
  host.low_kb = pressure_.ram().marks().low_kb;
  host.high_kb = pressure_.ram().marks().high_kb;
  host.numa_nodes = ram.numa_nodes;
  const auto add = [&](const char* name, std::int64_t value) {
    result_.configuration.emplace_back(name, std::to_string(value));
  };
  add("ram total_kb", ram.total_kb);
  add("ram kernel_kb", ram.kernel_kb);
  add("ram guest_overhead_kb", ram.guest_overhead_kb);
  add("ram cached_kb", ram.cached_kb);
  add("ram buffers_kb", ram.buffers_kb);
  add("ram zfs_arc_kb", ram.zfs_arc.kb);
  if (ram.zfs_arc.kb > 0) {
    add("ram zfs_arc_min_kb", ram.zfs_arc.min_kb);
    add("ram zfs_arc_sys_free_kb", ram.zfs_arc.sys_free_kb);
    add("ram zfs_arc_shrink_kb_per_s", ram.zfs_arc.shrink_kb_per_s);
  }
  add("ram swap_kb", ram.swap_kb);
  add("ram swap_read_ns", ram.swap_read.count());
  add("ram min_free_kb", ram.min_free_kb);
  add("ram watermark_scale_factor", ram.watermark_scale_factor);
  add("ram numa_nodes", ram.numa_nodes);
  add("khugepaged pages_to_scan", ram.khugepaged.pages_to_scan);
  add("khugepaged scan_sleep_ns", ram.khugepaged.scan_sleep.count());
  if (options_.controller.name.empty()) return;
  result_.configuration.emplace_back("controller", options_.controller.name);
  for (const auto& [name, value] : options_.controller.constants) {
    result_.configuration.emplace_back("controller " + name, value);
  }
  for (const auto& [name, accel] : options_.accel) {
    result_.configuration.emplace_back("accel " + name,
                                       accel == Accel::accel_kvm ? "accel_kvm" : "enable_kvm");
  }
}

}  // namespace ksmsim::host
