#include "sim/ksm/ksmd.hpp"

#include <algorithm>

#include "sim/ksm/checksum.hpp"
#include "sim/ksm/smart_scan.hpp"

namespace ksmsim::ksm {

Known Ksmd::known(const mem::Sites& memory, SiteId site) const {
  if (!items_.exists(site) || items_[site].last_checksum == 0) return {};
  const RmapItem& item = items_[site];
  const bool current = item.last_checksum == checksum(memory.content(site));
  return {.checksum = current ? Known::Checksum::current : Known::Checksum::outdated,
          .state = item.state,
          .is_skipped_next = item.skips_left > 0,
          .was_skipped_last = was_skipped(item)};
}

bool Ksmd::is_full(const mem::Sites& memory, FrameId frame) const {
  const NodeId node = StableTree::node_of(memory, frame);
  return node != kNoStableNode && !stable_.has_room(node, traits(), knobs());
}

bool Ksmd::finds(const mem::Sites& memory, SiteId site) const {
  const NodeId node = StableTree::node_of(memory, memory.mapping(site));
  if (node == kNoStableNode) return false;
  const PageIndex page = memory.page_of(site);
  for (std::uint32_t s = stable_.first_sharer(node); s != kNoNode;
       s = items_[SiteId{s}].sharer.next) {
    if (memory.page_of(SiteId{s}) != page) continue;
    const MmId known = memory.mm_of(SiteId{s});
    for (MmId mm = memory.mm_of(site);; mm = memory.space(mm).parent) {
      if (mm == known) return true;
      if (mm == memory.space(mm).parent) break;
    }
  }
  return false;
}

std::vector<SiteId> Ksmd::mappers(const mem::Sites& memory, FrameId frame) const {
  std::vector<SiteId> found;
  const NodeId node = StableTree::node_of(memory, frame);
  if (node == kNoStableNode) return found;
  const auto descends = [&](MmId mm, MmId from) {
    while (mm != from && mm != memory.space(mm).parent) mm = memory.space(mm).parent;
    return mm == from;
  };
  for (std::uint32_t s = stable_.first_sharer(node); s != kNoNode;
       s = items_[SiteId{s}].sharer.next) {
    const SiteId known{s};
    if (memory.mapping(known) == frame) found.push_back(known);
    const MmId of = memory.mm_of(known);
    if (!memory.space(of).has_forked) continue;
    for (std::uint32_t m = of.value + 1; m < memory.spaces(); ++m) {
      if (!descends(MmId{m}, of)) continue;
      const auto site = memory.find_site(MmId{m}, memory.page_of(known));
      if (site && memory.mapping(*site) == frame) found.push_back(*site);
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

ScanContext Ksmd::context(mem::KsmMemory& memory) {
  return {memory,
          items_,
          kernel_.counters,
          kernel_.numbers,
          kernel_.knobs,
          *kernel_.traits,
          kernel_.meter,
          kernel_.ticks.at(kernel_.batch.clock().start),
          kernel_.ticks.of_millisecs(knobs().stable_node_chains_prune_millisecs)};
}

bool Ksmd::empty_stable_tree(mem::KsmMemory& memory) {
  ScanContext c = context(memory);
  return stable_.remove_all(c) == StableTree::Emptied::yes;
}

// In the order of the ring, private copies for everything merged, then no items; then no stable
// nodes.
void Ksmd::unmerge_all(mem::KsmMemory& memory) {
  ScanContext c = context(memory);
  MmRing& ring = kernel_.ring;
  ring.to_head();
  ring.advance();
  while (!ring.between_passes()) {
    const MmId mm = ring.current();
    memory.break_sharing(mm);
    destroy_items(c, mm, PageIndex{0}, PageIndex{kPageIndexEnd});
    ring.advance();
    if (!memory.space(mm).living) ring.remove(mm);
    memory.release_blocks(mm, [this](std::uint32_t b) { return items_.any_in(b); });
  }
  (void)stable_.remove_all(c);
}

Ksmd::BatchState Ksmd::scan(mem::KsmMemory& memory, Time until) {
  Batch& batch = kernel_.batch;
  KSM_CHECK(batch.under_way());
  ScanContext c = context(memory);
  walked_block_ = kNoNode;  // Guests may have changed what is mapped.
  batch.stop_at(until);
  while (batch.has_pages()) {
    if (kernel_.out_of_time()) return BatchState::suspended;
    const Next next = next_page(c);
    if (next.what == Next::What::nothing_yet) return BatchState::suspended;
    if (next.what == Next::What::pass_over) break;  // The rest of the batch is lost.
    batch.take_page();
    ++kernel_.counters.pages_scanned;
    kernel_.meter.add(&cost::Units::visits);
    kernel_.note_visit(visit(c, next.site));
  }
  batch.end();
  return BatchState::over;
}

}  // namespace ksmsim::ksm
