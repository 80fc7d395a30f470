// Ksmd: the cursor, which walks the ring of address spaces and the pages of each.
#include <algorithm>

#include "sim/ksm/ksmd.hpp"
#include "sim/ksm/smart_scan.hpp"

namespace ksmsim::ksm {

using cost::Units;

Ksmd::Next Ksmd::next_page(ScanContext& c) {
  if (kernel_.ring.empty()) return {Next::What::pass_over, {}};
  if (kernel_.ring.between_passes()) start_pass(c);
  while (!kernel_.ring.between_passes()) {
    const Next next = next_page_of_current(c);
    if (next.what != Next::What::pass_over) return next;
    leave_current(c);
  }
  kernel_.end_pass();
  return {Next::What::pass_over, {}};
}

void Ksmd::start_pass(ScanContext& c) {
  kernel_.start_pass();
  if (knobs().merge_across_nodes == 0) stable_.prune_migrants(c);
  unstable_.clear();  // Items keep their state; their stamp tells that they are left over.
  kernel_.ring.advance();
  next_page_ = item_position_ = PageIndex{0};
  met_region_ = false;
}

// pass_over: of this address space.
Ksmd::Next Ksmd::next_page_of_current(ScanContext& c) {
  const MmId mm = kernel_.ring.current();
  const mem::AddressSpace& space = c.memory.space(mm);
  const auto& regions = space.regions.extents();
  for (auto region = space.regions.at_or_after(next_page_); region != regions.end(); ++region) {
    if (region->value == mem::Mergeable::no) continue;
    met_region_ = true;
    next_page_ = std::max(next_page_, region->start);
    for (;;) {
      const mem::Met met = next_met(c, mm, region->end);
      if (pay_for_walk(c, mm, *region, met) == Walk::long_one && kernel_.out_of_time()) {
        next_page_ = met.found ? met.page : region->end;
        return {Next::What::nothing_yet, {}};
      }
      if (!met.found) break;
      destroy_items_before(c, mm, met);
      if (!items_.exists(met.site)) {
        items_.create(c.memory, met.site);
        kernel_.note_item_made(mm);
      }
      next_page_ = item_position_ = met.page + PageCount{1};
      if (knobs().smart_scan && ages(c, met.site) && should_skip(items_[met.site])) {
        ++kernel_.counters.pages_skipped;
        kernel_.meter.add(&Units::skips);
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
  if (traits().absent_ranges == AbsentRanges::jumped) {
    kernel_.meter.add(&Units::walked, met.passed);
    return Walk::short_one;
  }
  const std::uint64_t absent = ((met.found ? met.page : region.end) - next_page_).value;
  kernel_.meter.add(&Units::lookups, absent);
  return absent > 0 ? Walk::long_one : Walk::short_one;
}

// Whether smart scan asks for the page at all: KSM pages are never passed over, and do not age; nor
// does, since 7.3, one that was a KSM page when ksmd came by last.
bool Ksmd::ages(const ScanContext& c, SiteId site) const {
  if (traits().merged_items == MergedItems::forget && items_[site].state == RmapState::stable) {
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
  const MmId mm = kernel_.ring.current();
  const bool drop = !c.memory.space(mm).living || !met_region_;
  destroy_items(c, mm, c.memory.space(mm).living ? item_position_ : PageIndex{0},
                PageIndex{kPageIndexEnd});
  kernel_.ring.advance();
  walked_block_ = kNoNode;
  if (drop) kernel_.ring.remove(mm);
  c.memory.release_blocks(mm, [this](std::uint32_t b) { return items_.any_in(b); });
  next_page_ = item_position_ = PageIndex{0};
  met_region_ = false;
}

void Ksmd::destroy_items(ScanContext& c, MmId mm, PageIndex from, PageIndex end) {
  for (;;) {
    const mem::Met item = items_.next(c.memory, mm, from, end);
    if (!item.found) return;
    untree(c, item.site);
    items_.destroy(item.site);
    kernel_.note_item_freed(mm);
    from = item.page + PageCount{1};
  }
}

}  // namespace ksmsim::ksm
