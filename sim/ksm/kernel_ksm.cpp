#include "sim/ksm/kernel_ksm.hpp"

#include "sim/ksm/files.hpp"

namespace ksmsim::ksm {

using cost::Units;

Counters KernelKsm::shown_counters(const mem::Sites& memory) const {
  Counters c = counters;
  if (has_file(*traits, "ksm_zero_pages")) {
    c.ksm_zero_pages = memory.totals().ksm_zero_pages - uncounted_zero_pages_;
  }
  return c;
}

std::int64_t KernelKsm::metadata_bytes(std::int64_t stable_nodes) const {
  constexpr std::int64_t kNodeBytes = 64;
  constexpr std::int64_t kSlotBytes = 48;
  return counters.rmap_items * kRmapItemBytes +
         (stable_nodes + counters.stable_node_chains) * kNodeBytes + ring.size() * kSlotBytes;
}

void KernelKsm::fork(const mem::Sites& memory, MmId parent, MmId child) {
  if (traits->fork_numbers == ForkNumbers::from_zero) return;
  numbers.inherit(parent, child);
  uncounted_zero_pages_ += memory.space(child).ksm_zero_pages;
}

Woken KernelKsm::enter(MmId mm) {
  if (ring.contains(mm)) return Woken::no;
  const bool first = ring.empty();
  if (knobs.run == RunMode::unmerge) {
    ring.insert_at_tail(mm);
  } else {
    ring.insert_at_cursor(mm);
  }
  return first ? Woken::yes : Woken::no;
}

void KernelKsm::leave(MmId mm) {
  if (!ring.contains(mm) || ring.is_current(mm)) return;
  if (numbers.of(mm).rmap_items == 0) {
    ring.remove(mm);
  } else {
    ring.move_behind_cursor(mm);  // The next one to be dealt with.
  }
}

void KernelKsm::end_pass() {
  advisor.end_pass(knobs, time() + ticks.boot, batch.clock().cpu + cpu());
  ++counters.full_scans;
}

void KernelKsm::note_item_made(MmId mm) {
  ++counters.rmap_items;
  ++numbers.of(mm).rmap_items;
  meter.add(&Units::items_created);
}

void KernelKsm::note_item_freed(MmId mm) {
  --counters.rmap_items;
  --numbers.of(mm).rmap_items;
  meter.add(&Units::items_freed);
}

}  // namespace ksmsim::ksm
