#include "sim/mem/sites.hpp"

namespace ksmsim::mem {

NumaNode Sites::node_of(SiteId site) const {
  const Block& block = block_of(site);
  if (!block.own.test(in_block(site))) {
    return frames_[frame_in(words_[site.value])].node;
  }
  return block.extras == kNoBlockExtras ? NumaNode{0} : extras_[block.extras].nodes[in_block(site)];
}

// An ordinary page is shared by forks only, who all have it at one address.
std::vector<SiteId> Sites::mappers(SiteId site) const {
  if (owns_page(site) || frame(mapping(site)).mappings == 1) return {site};
  const FrameId shared = mapping(site);
  const MmId family = spaces_[mm_of(site).value].family;
  std::vector<SiteId> found;
  for (std::uint32_t m = 0; m < spaces_.size(); ++m) {
    if (spaces_[m].family != family) continue;
    const auto twin = find_site(MmId{m}, page_of(site));
    if (twin && mapping(*twin) == shared) found.push_back(*twin);
  }
  KSM_CHECK(found.size() == frame(shared).mappings);
  return found;
}

// ---------------------------------------------------------------- what a site maps

void Sites::drop(SiteId site) {
  Block& block = block_of(site);
  const std::uint32_t page = in_block(site);
  std::uint64_t& word = words_[site.value];
  if (block.anonymous.test(page)) {
    --totals_.present_sites;
    block.anonymous.reset(page);
    if (block.extras != kNoBlockExtras) {
      let_go_of_pinned(site);
      leave_huge_page(site);
    }
    if (block.own.test(page)) {
      block.own.reset(page);
      comparable_[site.value / kBlockPages].reset(page);
      --totals_.frames;
    } else {
      const FrameId frame = frame_in(word);
      Frame& f = frames_[frame];
      --f.mappings;
      if (f.mappings == 0) {
        --totals_.frames;
        totals_.swap_cached += f.in_swap_cache;
        let_go(frame);
      } else if (!f.is_ksm()) {
        --totals_.fork_shared;
      }
    }
  } else if (word == kAbsent.value) {
    return;
  } else if (word == kKsmZeroPage.value) {
    --spaces_[block.mm.value].ksm_zero_pages;
    --totals_.ksm_zero_pages;
    --totals_.present_sites;
  } else if (word >= kSwapped.value) {
    release_slot(static_cast<std::uint32_t>(word) - kSwapped.value);
  }
  word = kAbsent.value;
  --block.used;
  if (watcher_) watcher_->on_unmap(site);
}

void Sites::put_special(SiteId site, Mapping special) {
  Block& block = block_of(site);
  ++block.used;
  words_[site.value] = special.value;
  if (special == kKsmZeroPage) {
    ++spaces_[block.mm.value].ksm_zero_pages;
    ++totals_.ksm_zero_pages;
    ++totals_.present_sites;
  }
  if (watcher_) watcher_->on_map(site, special, 0);
}

void Sites::put_slot(SiteId site, std::uint32_t slot) {
  ++block_of(site).used;
  words_[site.value] = std::uint64_t{slot} + kSwapped.value;
  ++swap_[slot].owners;
  ++totals_.swapped_sites;
  if (watcher_) watcher_->on_map(site, kSwapped, swap_[slot].content);
}

void Sites::put_own(SiteId site, std::uint64_t content, NumaNode node) {
  Block& block = block_of(site);
  const std::uint32_t page = in_block(site);
  ++block.used;
  block.anonymous.set(page);
  block.own.set(page);
  words_[site.value] = content;
  note_comparable(site);
  ++totals_.present_sites;
  ++totals_.frames;
  if (node != NumaNode{0} || block.extras != kNoBlockExtras) extras_of(block).nodes[page] = node;
  note_writable(site);
  if (watcher_) watcher_->on_map(site, kOwnPage, content);
}

void Sites::put_frame(SiteId site, FrameId frame) {
  Block& block = block_of(site);
  Frame& f = frames_[frame];
  ++block.used;
  block.anonymous.set(in_block(site));
  words_[site.value] = frame.value;
  ++f.mappings;
  ++totals_.present_sites;
  if (f.mappings == 1) {
    ++totals_.frames;
    totals_.swap_cached -= f.in_swap_cache;
  } else if (!f.is_ksm()) {
    ++totals_.fork_shared;
  }
  if (watcher_) watcher_->on_map(site, frame, f.content);
}

void Sites::set_own(SiteId site, std::uint64_t content) {
  words_[site.value] = content;
  note_writable(site);
  if (watcher_) watcher_->on_write(site, content);
}

FrameId Sites::share(SiteId site) {
  Block& block = block_of(site);
  const std::uint32_t page = in_block(site);
  std::uint64_t& word = words_[site.value];
  if (!block.own.test(page)) return frame_in(word);
  const FrameId frame = frames_.make(word, node_of(site));
  frames_[frame].mappings = 1;
  block.own.reset(page);
  comparable_[site.value / kBlockPages].reset(page);
  word = frame.value;
  if (watcher_) watcher_->on_convert(site, frame);
  return frame;
}

void Sites::take_back(SiteId site) {
  Block& block = block_of(site);
  const std::uint32_t page = in_block(site);
  const FrameId frame = frame_in(words_[site.value]);
  Frame& f = frames_[frame];
  KSM_CHECK(!f.is_ksm() && f.mappings == 1);
  uncache(frame);
  const NumaNode node = node_of(frame);
  words_[site.value] = f.content;
  block.own.set(page);
  note_comparable(site);
  if (node != NumaNode{0} || block.extras != kNoBlockExtras) extras_of(block).nodes[page] = node;
  note_writable(site);
  f.mappings = 0;
  let_go(frame);
  if (watcher_) watcher_->on_convert(site, kOwnPage);
}

void Sites::make_page(SiteId site, std::uint64_t content) {
  put_own(site, content, policy_of(site));
  note_touched(site);
}

// reuse_ksm_page() of 5.1 to 5.8: the page of a stable node that one site maps and nobody else has.
bool Sites::is_reused(FrameId frame) const {
  const Frame& f = frames_[frame];
  return rules_.sole_ksm_write == SoleKsmWrite::reused && f.mappings == 1 && f.mark != kUnowned &&
         !f.in_swap_cache;
}

// ---------------------------------------------------------------- frames and slots

void Sites::let_go(FrameId frame) {
  Frame& f = frames_[frame];
  if (f.in_swap_cache) {
    // The swap cache keeps it for those who have the slot.
    const std::uint32_t slot = swap_.slot_of(frame);
    if (swap_[slot].owners > 0) return;
    uncache(frame);
    return;
  }
  frames_.free(frame);
}

// A site lets go of a slot.
void Sites::release_slot(std::uint32_t slot) {
  SwapSlot& s = swap_[slot];
  --totals_.swapped_sites;
  --s.owners;
  if (s.owners > 0) return;
  const FrameId cached = s.cached;
  if (cached != FrameId{}) return uncache(cached);
  swap_.free_slot(slot);
  --totals_.swap_slots;
}

// The frame leaves the swap cache; a slot that nobody has is free then, and so is a frame.
void Sites::uncache(FrameId frame) {
  Frame& f = frames_[frame];
  if (!f.in_swap_cache) return;
  const std::uint32_t slot = swap_.uncache(frame);
  f.in_swap_cache = false;
  totals_.swap_cached -= f.mappings == 0;
  if (swap_[slot].owners == 0) {
    swap_.free_slot(slot);
    --totals_.swap_slots;
  }
  if (f.mappings == 0) let_go(frame);
}

// ---------------------------------------------------------------- huge pages

// The site's page is no part of a huge page any more.
void Sites::leave_huge_page(SiteId site) {
  const std::uint32_t huge_page = huge_page_of(site);
  if (huge_page == kNoHugePage) return;
  BlockExtras& extras = extras_[block_of(site).extras];
  extras.huge.reset(in_block(site));
  if (!extras.huge.none()) return;
  extras.huge_page = kNoHugePage;
  extras.left_pinned = BlockBits{};
  if (huge_.leave(huge_page, site.value / kBlockPages)) --totals_.huge_pages;
}

// The site does not map its pinned page any more, but whoever pinned it still has it: of a small
// page that is nothing to anybody here, a part holds its huge page.
void Sites::let_go_of_pinned(SiteId site) {
  BlockExtras& extras = extras_[block_of(site).extras];
  const std::uint32_t part = in_block(site);
  if (extras.pinned.test(part) && extras.huge.test(part)) extras.left_pinned.set(part);
  extras.pinned.reset(part);
}

// A pin of one part holds the whole.
bool Sites::is_held(std::uint32_t huge_page) const {
  for (std::uint32_t block : huge_.blocks(huge_page)) {
    const BlockExtras& extras = extras_[blocks_[block].extras];
    if (!extras.left_pinned.none()) return true;
    for (std::uint32_t i = extras.pinned.next(0); i < kBlockPages; i = extras.pinned.next(i + 1)) {
      if (extras.huge.test(i)) return true;
    }
  }
  return false;
}

}  // namespace ksmsim::mem
