#include "sim/ksm/ksmd.hpp"

#include <algorithm>
#include <limits>

#include "sim/ksm/files.hpp"
#include "sim/ksm/smart_scan.hpp"

namespace ksmsim::ksm {

using cost::Units;

Counters Ksmd::counters(const mem::HostMemory& memory) const {
  Counters c = counters_;
  c.rmap_items = items_.count();
  if (has_file(*traits_, "ksm_zero_pages")) {
    c.ksm_zero_pages = memory.totals().ksm_zero_pages - uncounted_zero_pages_;
  }
  return c;
}

std::int64_t Ksmd::metadata_bytes() const {
  constexpr std::int64_t kNodeBytes = 64;
  constexpr std::int64_t kSlotBytes = 48;
  return items_.count() * kRmapItemBytes +
         (stable_.node_count() + counters_.stable_node_chains) * kNodeBytes +
         ring_.size() * kSlotBytes;
}

bool Ksmd::is_full(const mem::HostMemory& memory, FrameId frame) const {
  const NodeId node = StableTree::node_of(memory, frame);
  return node != kNoStableNode && !stable_.has_room(node, *traits_, knobs_);
}

bool Ksmd::finds(const mem::HostMemory& memory, SiteId site) const {
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

ScanContext Ksmd::context(mem::HostMemory& memory) {
  return {memory,
          items_,
          counters_,
          knobs_,
          *traits_,
          meter_,
          ticks_.at(clock_.start),
          ticks_.of_millisecs(knobs_.stable_node_chains_prune_millisecs)};
}

// ---------------------------------------------------------------- who is registered

void Ksmd::fork(const mem::HostMemory& memory, MmId parent, MmId child) {
  if (traits_->fork_numbers == ForkNumbers::from_zero) return;
  items_.inherit(parent, child);
  uncounted_zero_pages_ += memory.space(child).ksm_zero_pages;
}

Ksmd::Woken Ksmd::enter(MmId mm) {
  if (ring_.contains(mm)) return Woken::no;
  const bool first = ring_.empty();
  if (knobs_.run == RunMode::unmerge) {
    ring_.insert_at_tail(mm);
  } else {
    ring_.insert_at_cursor(mm);
  }
  return first ? Woken::yes : Woken::no;
}

void Ksmd::leave(MmId mm) {
  if (!ring_.contains(mm) || ring_.is_current(mm)) return;
  if (items_.of(mm).rmap_items == 0) {
    ring_.remove(mm);
  } else {
    ring_.move_behind_cursor(mm);  // The next one to be dealt with.
  }
}

// ---------------------------------------------------------------- knobs

WriteError Ksmd::write_knob(mem::HostMemory& memory, std::string_view name, std::string_view text,
                            BatchClock clock) {
  Knobs wanted = knobs_;
  if (const auto e = store(wanted, name, text, *traits_); e != WriteError::none) return e;
  clock_ = in_batch_ ? clock_ : clock;
  ScanContext c = context(memory);
  if (wanted.merge_across_nodes != knobs_.merge_across_nodes ||
      wanted.max_page_sharing != knobs_.max_page_sharing) {
    // Nodes whose pages are gone are removed on the way to EBUSY, as in the kernel.
    if (counters_.pages_shared != 0 || stable_.remove_all(c) == StableTree::Emptied::busy) {
      return WriteError::busy;
    }
  }
  const bool unmerge = wanted.run == RunMode::unmerge && knobs_.run != RunMode::unmerge;
  const bool mode_changed = wanted.advisor_mode != knobs_.advisor_mode;
  knobs_ = wanted;
  memory.set_unmerging(knobs_.run == RunMode::unmerge);
  if (unmerge) unmerge_all(c);
  if (mode_changed) advisor_.switch_mode(knobs_);
  return WriteError::none;
}

std::vector<SiteId> Ksmd::mappers(const mem::HostMemory& memory, FrameId frame) const {
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

// run 2: in the order of the ring, private copies for everything merged, then no items; then no
// stable nodes. Slots stay registered.
void Ksmd::unmerge_all(ScanContext& c) {
  ring_.to_head();
  ring_.advance();
  while (!ring_.between_passes()) {
    const MmId mm = ring_.current();
    c.memory.break_sharing(mm);
    destroy_items(c, mm, PageIndex{0}, PageIndex{kPageIndexEnd});
    ring_.advance();
    if (!c.memory.space(mm).living) ring_.remove(mm);
    c.memory.release_blocks(mm, [this](std::uint32_t b) { return items_.any_in(b); });
  }
  (void)stable_.remove_all(c);
  counters_.full_scans = 0;
}

// ---------------------------------------------------------------- batches

void Ksmd::begin_batch(BatchClock clock) {
  KSM_CHECK(!in_batch_);
  in_batch_ = true;
  clock_ = clock;
  batch_left_ = knobs_.pages_to_scan;
  batch_base_ = meter_.picoseconds();
  meter_.add(&Units::batches);
}

Duration Ksmd::batch_cpu() const {
  return Duration{static_cast<std::int64_t>((meter_.picoseconds() - batch_base_) / 1000)};
}

Ksmd::BatchState Ksmd::scan(mem::HostMemory& memory, Time until) {
  KSM_CHECK(in_batch_);
  ScanContext c = context(memory);
  walked_block_ = kNoNode;  // Guests may have changed what is mapped.
  scan_end_ = until == kNever ? std::numeric_limits<std::uint64_t>::max()
                              : static_cast<std::uint64_t>((until - clock_.start).count()) * 1000;
  while (batch_left_ > 0) {
    if (out_of_time()) return BatchState::suspended;
    const Next next = next_page(c);
    if (next.what == Next::What::nothing_yet) return BatchState::suspended;
    if (next.what == Next::What::pass_over) break;  // The rest of the batch is lost.
    --batch_left_;
    ++counters_.pages_scanned;
    meter_.add(&Units::visits);
    ++outcomes_[static_cast<std::size_t>(visit(c, next.site))];
  }
  in_batch_ = false;
  return BatchState::over;
}

// ---------------------------------------------------------------- the cursor

Ksmd::Next Ksmd::next_page(ScanContext& c) {
  if (ring_.empty()) return {Next::What::pass_over, {}};
  if (ring_.between_passes()) start_pass(c);
  while (!ring_.between_passes()) {
    const Next next = next_page_of_current(c);
    if (next.what != Next::What::pass_over) return next;
    leave_current(c);
  }
  advisor_.end_pass(knobs_, batch_time() + ticks_.boot, clock_.cpu + batch_cpu());
  ++counters_.full_scans;
  return {Next::What::pass_over, {}};
}

void Ksmd::start_pass(ScanContext& c) {
  advisor_.start_pass(knobs_, batch_time() + ticks_.boot);
  if (knobs_.merge_across_nodes == 0) stable_.prune_migrants(c);
  unstable_.clear();  // Items keep their state; their stamp tells that they are left over.
  ring_.advance();
  next_page_ = item_position_ = PageIndex{0};
  met_region_ = false;
}

// pass_over: of this address space.
Ksmd::Next Ksmd::next_page_of_current(ScanContext& c) {
  const MmId mm = ring_.current();
  const mem::AddressSpace& space = c.memory.space(mm);
  const auto& regions = space.regions.extents();
  for (auto region = space.regions.at_or_after(next_page_); region != regions.end(); ++region) {
    if (region->value == mem::Mergeable::no) continue;
    met_region_ = true;
    next_page_ = std::max(next_page_, region->start);
    for (;;) {
      const mem::Met met = next_met(c, mm, region->end);
      if (pay_for_walk(c, mm, *region, met) == Walk::long_one && out_of_time()) {
        next_page_ = met.found ? met.page : region->end;
        return {Next::What::nothing_yet, {}};
      }
      if (!met.found) break;
      destroy_items_before(c, mm, met);
      if (!items_.exists(met.site)) {
        items_.create(c.memory, met.site);
        meter_.add(&Units::items_created);
      }
      next_page_ = item_position_ = met.page + PageCount{1};
      if (knobs_.smart_scan && ages(c, met.site) && should_skip(items_[met.site])) {
        ++counters_.pages_skipped;
        meter_.add(&Units::skips);
        untree(c, met.site);
        continue;
      }
      return {Next::What::page, met.site};
    }
    next_page_ = region->end;
  }
  return {Next::What::pass_over, {}};
}

// The way from the cursor to a page that was met, or to the end of the region. Kernels step over a
// region whole that never had a page (it has no anon_vma): here one without a block is such a one.
Ksmd::Walk Ksmd::pay_for_walk(const ScanContext& c, MmId mm, const Region& region,
                              const mem::Met& met) {
  if (!met.found && next_page_ == region.start &&
      !c.memory.was_touched(mm, region.start, region.end))
    return Walk::short_one;
  if (traits_->absent_ranges == AbsentRanges::jumped) {
    meter_.add(&Units::walked, met.passed);
    return Walk::short_one;
  }
  const std::uint64_t absent = ((met.found ? met.page : region.end) - next_page_).value;
  meter_.add(&Units::lookups, absent);
  return absent > 0 ? Walk::long_one : Walk::short_one;
}

// Whether smart scan asks for the page at all: KSM pages are never passed over, and do not age; nor
// does, since 7.3, one that was a KSM page when ksmd came by last.
bool Ksmd::ages(const ScanContext& c, SiteId site) const {
  if (traits_->merged_items == MergedItems::forget && items_[site].state == RmapState::stable) {
    return false;
  }
  return !is_known(c.memory.mapped_page(site), site) && !c.memory.is_ksm(site);
}

// The next page of the current address space below `end`: in the same block as the last one, most
// times.
mem::Met Ksmd::next_met(const ScanContext& c, MmId mm, PageIndex end) {
  if (walked_block_ != kNoNode) {
    const mem::Block& block = c.memory.block(walked_block_);
    const std::uint64_t base = block.number * mem::kBlockPages;
    if (next_page_.value >= base && next_page_.value < base + mem::kBlockPages) {
      const auto first = static_cast<std::uint32_t>(next_page_.value - base);
      const std::uint32_t at = block.anonymous.next(first);
      if (at < mem::kBlockPages && base + at < end.value) {
        const SiteId site{walked_block_ * mem::kBlockPages + at};
        return {PageIndex{base + at}, site, true, at - first};
      }
    }
  }
  const mem::Met met = c.memory.next_met(mm, next_page_, end);
  walked_block_ = met.found ? met.site.value / mem::kBlockPages : kNoNode;
  return met;
}

// Items between the last page that was met and this one: their pages are gone.
void Ksmd::destroy_items_before(ScanContext& c, MmId mm, const mem::Met& met) {
  const std::uint32_t block = met.site.value / mem::kBlockPages;
  const std::uint32_t at = met.site.value % mem::kBlockPages;
  const std::uint64_t base = met.page.value - at;
  const bool same_block = item_position_.value >= base;
  const auto from = same_block ? static_cast<std::uint32_t>(item_position_.value - base) : 0;
  if (same_block && !items_.any_between(block, from, at)) return;
  destroy_items(c, mm, item_position_, met.page);
}

// The current address space is finished: items behind the last page go, and the slot with them if
// it has no mergeable region any more (or has ended).
void Ksmd::leave_current(ScanContext& c) {
  const MmId mm = ring_.current();
  const bool drop = !c.memory.space(mm).living || !met_region_;
  destroy_items(c, mm, c.memory.space(mm).living ? item_position_ : PageIndex{0},
                PageIndex{kPageIndexEnd});
  ring_.advance();
  walked_block_ = kNoNode;
  if (drop) ring_.remove(mm);
  c.memory.release_blocks(mm, [this](std::uint32_t b) { return items_.any_in(b); });
  next_page_ = item_position_ = PageIndex{0};
  met_region_ = false;
}

void Ksmd::destroy_items(ScanContext& c, MmId mm, PageIndex from, PageIndex end) {
  for (;;) {
    const mem::Met item = items_.next(c.memory, mm, from, end);
    if (!item.found) return;
    untree(c, item.site);
    items_.destroy(c.memory, item.site);
    meter_.add(&Units::items_freed);
    from = item.page + PageCount{1};
  }
}

}  // namespace ksmsim::ksm
