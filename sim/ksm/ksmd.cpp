#include "sim/ksm/ksmd.hpp"

#include <limits>

#include "sim/ksm/checksum.hpp"
#include "sim/ksm/smart_scan.hpp"

namespace ksmsim::ksm {

using cost::Units;

Counters Ksmd::counters(const mem::HostMemory& memory) const {
  Counters c = counters_;
  c.rmap_items = items_.count();
  c.ksm_zero_pages = memory.totals().ksm_zero_pages;
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
  const std::uint64_t end = until == kNever
                                ? std::numeric_limits<std::uint64_t>::max()
                                : static_cast<std::uint64_t>((until - clock_.start).count()) * 1000;
  while (batch_left_ > 0) {
    if (meter_.picoseconds() - batch_base_ >= end) return BatchState::suspended;
    const std::optional<SiteId> site = next_page(c);
    if (!site) break;  // The pass is complete: the rest of the batch is lost.
    --batch_left_;
    ++counters_.pages_scanned;
    meter_.add(&Units::visits);
    ++outcomes_[static_cast<std::size_t>(visit(c, *site))];
  }
  in_batch_ = false;
  return BatchState::over;
}

// ---------------------------------------------------------------- the cursor

std::optional<SiteId> Ksmd::next_page(ScanContext& c) {
  if (ring_.empty()) return std::nullopt;
  if (ring_.between_passes()) start_pass(c);
  while (!ring_.between_passes()) {
    if (const auto site = next_page_of_current(c)) return site;
    leave_current(c);
  }
  advisor_.end_pass(knobs_, batch_time() + ticks_.boot, clock_.cpu + batch_cpu());
  ++counters_.full_scans;
  return std::nullopt;
}

void Ksmd::start_pass(ScanContext& c) {
  advisor_.start_pass(knobs_, batch_time() + ticks_.boot);
  if (knobs_.merge_across_nodes == 0) stable_.prune_migrants(c);
  unstable_.clear();  // Items keep their state; their stamp tells that they are left over.
  ring_.advance();
  next_page_ = item_position_ = PageIndex{0};
  met_region_ = false;
}

std::optional<SiteId> Ksmd::next_page_of_current(ScanContext& c) {
  const MmId mm = ring_.current();
  const mem::AddressSpace& space = c.memory.space(mm);
  const auto& regions = space.regions.extents();
  for (auto region = space.regions.at_or_after(next_page_); region != regions.end(); ++region) {
    if (region->value == mem::Mergeable::no) continue;
    met_region_ = true;
    next_page_ = std::max(next_page_, region->start);
    for (;;) {
      const mem::Met met = next_met(c, mm, region->end);
      meter_.add(&Units::walked, met.passed);
      if (!met.found) break;
      destroy_items_before(c, mm, met);
      if (!items_.exists(met.site)) {
        items_.create(c.memory, met.site);
        meter_.add(&Units::items_created);
      }
      next_page_ = item_position_ = met.page + PageCount{1};
      // KSM pages are never passed over, and do not age.
      if (knobs_.smart_scan && !is_known(c.memory.mapped_page(met.site), met.site) &&
          !c.memory.is_ksm(met.site) && should_skip(items_[met.site])) {
        ++counters_.pages_skipped;
        meter_.add(&Units::skips);
        untree(c, met.site);
        continue;
      }
      return met.site;
    }
    next_page_ = region->end;
  }
  return std::nullopt;
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

// ---------------------------------------------------------------- one page

// Whether the site's item is a sharer of the very page that the site maps.
bool Ksmd::is_known(mem::Mapping mapped, SiteId site) const {
  const RmapItem& item = items_[site];
  return item.state == RmapState::stable && item.sharer.node == mapped.value;
}

// cmp_and_merge_page() of mm/ksm.c.
VisitOutcome Ksmd::visit(ScanContext& c, SiteId site) {
  const mem::Mapping mapped = c.memory.mapped_page(site);
  if (is_known(mapped, site) && knobs_.merge_across_nodes != 0) return VisitOutcome::still_merged;
  const ScannedPage page{site, mapped, c.memory.content(site), c.tree_of(site)};
  const NodeId node = StableTree::node_of(c.memory, mapped);
  if (node != kNoStableNode) {
    if (!stable_.note_migration(c, node) && is_known(mapped, site))
      return VisitOutcome::still_merged;
  } else if (traits_->search == SearchOrder::checksum_first) {
    untree(c, site);  // A write to a merged page shows in the counters here.
    if (const auto outcome = compare_checksum(c, page)) return *outcome;
  }
  warm_up(c, page);
  const NodeId found = stable_.find(c, page);
  if (found != kNoStableNode && found == node && is_known(mapped, site))
    return VisitOutcome::still_merged;
  untree(c, site);
  if (found != kNoStableNode) {
    // A KSM page met at a site that KSM does not know yet, as a fork leaves it, joins its own node,
    // whatever the limit says.
    if (!merge_into(c, site, stable_.frame_of(found))) return VisitOutcome::merge_failed;
    stable_.attach(c, found, site);
    return VisitOutcome::joined;
  }
  if (traits_->search == SearchOrder::stable_tree_first) {
    if (const auto outcome = compare_checksum(c, page)) return *outcome;
  }
  return search_unstable(c, page);
}

// Before a search in large trees: the pages behind this one in its block that will be searched for
// as well are looked up together.
void Ksmd::warm_up(const ScanContext& c, const ScannedPage& page) {
  constexpr std::uint32_t kLarge = 1 << 14;
  const bool stable = stable_.size(page.tree) >= kLarge;
  const bool unstable = unstable_.size(page.tree) >= kLarge;
  const std::uint32_t first = page.site.value;
  if ((!stable && !unstable) || (first < warmed_up_to_ && first + kWarmedUp >= warmed_up_to_))
    return;
  std::array<std::uint64_t, kWarmedUp> contents{page.content};
  std::size_t count = 1;
  std::uint32_t site = first + 1;
  for (; site % mem::kBlockPages != 0 && count < kWarmedUp; ++site) {
    const std::uint64_t* held = c.memory.comparable(SiteId{site});
    if (held == nullptr || !items_.exists(SiteId{site})) continue;
    if (items_[SiteId{site}].last_checksum == checksum(*held)) contents[count++] = *held;
  }
  warmed_up_to_ = site;
  const std::span<const std::uint64_t> all(contents.data(), count);
  if (stable) stable_.warm_up(c, all, page.tree);
  if (unstable) unstable_.warm_up(c, all, page.tree);
}

// What a page that changed, or that holds zeros, comes to; nothing if it is to be searched for.
std::optional<VisitOutcome> Ksmd::compare_checksum(ScanContext& c, const ScannedPage& page) {
  RmapItem& item = items_[page.site];
  const std::uint32_t now = checksum(page.content);
  meter_.add(&Units::checksums);
  if (item.last_checksum != now) {
    item.last_checksum = now;
    return VisitOutcome::checksum_changed;
  }
  if (!knobs_.use_zero_pages || now != checksum(0)) return std::nullopt;
  if (!may_merge(c, page.site) || page.content != 0) return std::nullopt;
  c.memory.remap_to_zero_page(page.site);
  meter_.add(&Units::zero_pages);
  return VisitOutcome::zero_page;
}

VisitOutcome Ksmd::search_unstable(ScanContext& c, const ScannedPage& page) {
  const auto pass = static_cast<std::uint64_t>(counters_.full_scans);
  const auto found = unstable_.find_or_insert(c, page, pass);
  switch (found.outcome) {
    case UnstableTree::Outcome::inserted:
      return VisitOutcome::unshared;
    case UnstableTree::Outcome::gave_up:
      return VisitOutcome::gave_up;
    case UnstableTree::Outcome::matched:
      break;
  }
  return merge_pair(c, page.site, found.partner);
}

VisitOutcome Ksmd::merge_pair(ScanContext& c, SiteId site, SiteId partner) {
  const auto page = page_for_pair(c, site, partner);
  if (!page) return VisitOutcome::merge_failed;
  meter_.add(&Units::ksm_pages);
  if (!merge_into(c, partner, *page)) {
    c.memory.break_sharing(site);  // Undone, by a private copy.
    return VisitOutcome::merge_failed;
  }
  untree(c, partner);
  const NodeId node = stable_.insert(c, *page);
  stable_.attach(c, node, partner);
  stable_.attach(c, node, site);
  return VisitOutcome::paired;
}

// Makes the KSM page of a pair: the page scanned second, in place; or, in 2.6.32, a third one that
// its site maps from then on, as long as there may be more.
std::optional<FrameId> Ksmd::page_for_pair(ScanContext& c, SiteId site, SiteId partner) {
  if (c.memory.in_one_huge_page(site, partner)) {
    // Both hold the huge page, so it cannot be split; that is tried again when they have let go.
    if (traits_->huge_twins == HugeTwins::split) (void)c.memory.split_huge_page(site);
    return std::nullopt;
  }
  if (traits_->ksm_page == KsmPage::second_page) {
    if (!may_merge(c, site)) return std::nullopt;
    return c.memory.make_ksm(site);
  }
  const auto limit = static_cast<std::int64_t>(knobs_.max_kernel_pages);
  if (limit != 0 && counters_.pages_shared >= limit) return std::nullopt;
  if (!may_merge(c, site)) return std::nullopt;
  const FrameId page = c.memory.new_ksm_page(site);
  c.memory.remap(site, page);
  return page;
}

// Whether the page can be taken away from its site: it is still there once the huge page that it is
// part of has been split, nobody else holds it, and it is no KSM page already (which does not know
// its place in a process).
bool Ksmd::may_merge(ScanContext& c, SiteId site) {
  if (!c.memory.has_page(site) || !c.memory.split_huge_page(site)) return false;
  return c.memory.has_page(site) && !c.memory.is_ksm(site) && !c.memory.is_pinned(site);
}

// Points the site at an equal KSM page.
bool Ksmd::merge_into(ScanContext& c, SiteId site, FrameId target) {
  if (c.memory.mapping(site) == target) return true;
  if (!may_merge(c, site) || c.memory.content(site) != c.memory.frame(target).content) return false;
  c.memory.remap(site, target);
  meter_.add(&Units::merges);
  return true;
}

void Ksmd::untree(ScanContext& c, SiteId site) {
  switch (items_[site].state) {
    case RmapState::none:
      return;
    case RmapState::stable:
      return stable_.detach(c, site);
    case RmapState::unstable:
      return unstable_.remove(c, site, static_cast<std::uint64_t>(counters_.full_scans));
  }
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

// ---------------------------------------------------------------- invariants

void Ksmd::check_invariants(mem::HostMemory& memory) const {
  memory.check_invariants();
  Ksmd copy = *this;  // A context wants to be able to change things; a check must not.
  const ScanContext c = copy.context(memory);
  stable_.check_invariants(c);
  std::int64_t items = 0;
  std::int64_t unshared = 0;
  std::int64_t merging = 0;
  for (std::uint32_t m = 0; m < memory.spaces(); ++m) {
    const MmId mm{m};
    RmapItems::OfMm of;
    mem::Met met = items_.next(memory, mm, PageIndex{0}, PageIndex{kPageIndexEnd});
    for (; met.found;
         met = items_.next(memory, mm, met.page + PageCount{1}, PageIndex{kPageIndexEnd})) {
      ++of.rmap_items;
      of.merging_pages += items_[met.site].state == RmapState::stable;
      unshared += items_[met.site].state == RmapState::unstable;
    }
    KSM_CHECK(of.rmap_items == items_.of(mm).rmap_items);
    KSM_CHECK(of.merging_pages == items_.of(mm).merging_pages);
    KSM_CHECK(of.rmap_items == 0 || ring_.contains(mm));
    items += of.rmap_items;
    merging += of.merging_pages;
  }
  KSM_CHECK(items == items_.count());
  KSM_CHECK(unshared == counters_.pages_unshared);
  KSM_CHECK(merging == counters_.pages_shared + counters_.pages_sharing);
}

}  // namespace ksmsim::ksm
