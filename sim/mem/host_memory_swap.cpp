// HostMemory: swap, and the swap cache, in which a page stays as long as somebody maps it and
// somebody else has its slot. Rules: docs/kernel.md, *Swap*.
#include <algorithm>
#include <utility>

#include "sim/mem/host_memory.hpp"

namespace ksmsim::mem {

// ---------------------------------------------------------------- slots

std::uint32_t HostMemory::new_slot(std::uint64_t content) {
  std::uint32_t slot = free_slot_;
  if (slot != kNoSlot) {
    free_slot_ = static_cast<std::uint32_t>(slots_[slot].content);
  } else {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.push_back({});
  }
  slots_[slot] = SwapSlot{};
  slots_[slot].content = content;
  ++totals_.swap_slots;
  ++totals_.swap_outs;
  return slot;
}

// The slot that the page of a frame goes to: the one it came from, if it is in the swap cache.
std::uint32_t HostMemory::slot_of(FrameId frame) {
  Frame& f = frames_[frame.value];
  if (f.in_swap_cache) return cached_in_.at(frame.value);
  const std::uint32_t slot = new_slot(f.content);
  slots_[slot].cached = frame;
  f.in_swap_cache = true;
  cached_in_[frame.value] = slot;
  return slot;
}

// A site lets go of a slot.
void HostMemory::release_slot(std::uint32_t slot) {
  SwapSlot& s = slots_[slot];
  --totals_.swapped_sites;
  --s.owners;
  if (s.owners > 0) return;
  const FrameId cached = s.cached;
  if (cached != FrameId{}) return uncache(cached);
  s = SwapSlot{};
  s.content = free_slot_;
  free_slot_ = slot;
  --totals_.swap_slots;
}

// The frame leaves the swap cache; a slot that nobody has is free then, and so is a frame.
void HostMemory::uncache(FrameId frame) {
  Frame& f = frames_[frame.value];
  if (!f.in_swap_cache) return;
  const auto at = cached_in_.find(frame.value);
  const std::uint32_t slot = at->second;
  cached_in_.erase(at);
  tickets_.erase(frame.value);
  f.in_swap_cache = false;
  totals_.swap_cached -= f.mappings == 0;
  SwapSlot& s = slots_[slot];
  s.cached = FrameId{};
  if (s.owners == 0) {
    s = SwapSlot{};
    s.content = free_slot_;
    free_slot_ = slot;
    --totals_.swap_slots;
  }
  if (f.mappings == 0) let_go(frame);
}

// Whether a write by the one site that maps the frame needs no copy.
bool HostMemory::is_sole_user(FrameId frame) const {
  const Frame& f = frames_[frame.value];
  if (f.mappings != 1) return false;
  return !f.in_swap_cache || slots_[cached_in_.at(frame.value)].owners == 0;
}

// ---------------------------------------------------------------- out

// REQUIRES: the site has a page that is not pinned.
void HostMemory::page_out(SiteId site) {
  std::uint32_t slot = 0;
  if (owns_page(site) && !slow_swap_) {
    slot = new_slot(content(site));
    drop(site);
    put_slot(site, slot);
    return;
  }
  const FrameId frame = share(site);
  const bool was_cached = frames_[frame.value].in_swap_cache;
  slot = slot_of(frame);
  if (!was_cached) {
    slots_[slot].home = page_of(site);
    slots_[slot].family = spaces_[mm_of(site).value].family;
  }
  ++slots_[slot].owners;  // Held across the drop.
  drop(site);
  put_slot(site, slot);
  --slots_[slot].owners;
}

// A page that nobody maps leaves the swap cache: at once, or when the device has written it.
void HostMemory::begin_leaving(FrameId frame) {
  if (frames_[frame.value].mappings > 0) return;
  if (!slow_swap_) return uncache(frame);
  tickets_[frame.value] = next_ticket_;
  leaving_.push_back({frame, next_ticket_++});
}

void HostMemory::written(const LeavingPage& page) {
  const auto at = tickets_.find(page.frame.value);
  if (at == tickets_.end() || at->second != page.ticket) return;
  tickets_.erase(at);
  if (frames_[page.frame.value].mappings == 0) uncache(page.frame);
}

void HostMemory::page_out_and_leave(SiteId site) {
  page_out(site);
  const auto slot = static_cast<std::uint32_t>(words_[site.value]) - kSwapped.value;
  if (slots_[slot].cached != FrameId{}) begin_leaving(slots_[slot].cached);
}

void HostMemory::swap_out(MmId mm, PageIndex start, PageCount count, const Finds& finds) {
  for_each_present(mm, start, start + count, [&](SiteId site) {
    if (!has_page(site) || swap_is_full()) return;
    // A huge page goes as a whole, or is split first; not one that another process maps.
    if (is_huge(site)) {
      if (is_shared_huge_page(site)) return;
      const PageIndex first{page_of(site).value - in_block(site)};
      const bool inside = first >= start && first + PageCount{kBlockPages} <= start + count;
      const bool whole = inside && is_whole_huge_page(block_of(site));
      if (whole && in_block(site) == 0 && !is_held(huge_page_of(site))) {
        for (std::uint32_t i = 0; i < kBlockPages; ++i) page_out_and_leave(SiteId{site.value + i});
        return;
      }
      if (!split_huge_page(site) || !has_page(site)) return;
    }
    if (is_pinned(site)) return;
    if (!owns_page(site)) {
      if (frames_[mapping(site).value].mappings > 1) return;
      if (is_ksm(site) && (rules_.swap == KsmSwap::never || !finds(site))) return;
    }
    page_out_and_leave(site);
  });
}

void HostMemory::swap_out_all(const Finds& finds) {
  split_broken_huge_pages();
  // What the kernel finds is asked of the state before anything leaves.
  std::vector<SiteId> leave;
  for (std::uint32_t m = 0; m < spaces_.size(); ++m) {
    for_each_present(MmId{m}, PageIndex{0}, PageIndex{kPageIndexEnd}, [&](SiteId site) {
      if (!has_page(site) || is_pinned(site)) return;
      if (is_huge(site) && is_held(huge_page_of(site))) return;
      if (is_ksm(site) && (rules_.swap == KsmSwap::never || !finds(site))) return;
      leave.push_back(site);
    });
  }
  for (SiteId site : leave) {
    if (!swap_is_full()) page_out(site);
  }
  // A page that nobody maps any more leaves the swap cache.
  const auto cached = cached_in_;
  for (const auto& [frame, slot] : cached) {
    if (frames_[frame].mappings == 0 && !tickets_.contains(frame)) {
      begin_leaving(FrameId{frame});
    } else if (slots_[slot].owners == 0) {
      uncache(FrameId{frame});
    }
  }
}

// Reclaim splits huge pages that are not mapped as one any more before anything else.
void HostMemory::split_broken_huge_pages() {
  std::vector<SiteId> broken;
  for (const auto& [huge_page, blocks] : huge_) {
    for (std::uint32_t block : blocks) {
      if (is_whole_huge_page(blocks_[block])) continue;
      const std::uint32_t part = extras_[blocks_[block].extras].huge.next(0);
      broken.emplace_back(block * kBlockPages + part);
      break;
    }
  }
  for (SiteId site : broken) (void)split_huge_page(site);
}

// ---------------------------------------------------------------- in

void HostMemory::swap_in(MmId mm, PageIndex start, PageCount count) {
  for_each_present(mm, start, start + count, [this](SiteId site) {
    if (mapping(site) == kSwapped) fault_in(site);
  });
}

// REQUIRES: the site's page is in swap.
void HostMemory::fault_in(SiteId site) {
  const auto slot = static_cast<std::uint32_t>(words_[site.value]) - kSwapped.value;
  const SwapSlot s = slots_[slot];
  if (s.cached == FrameId{}) {
    ++totals_.swap_ins;
    if (s.owners == 1) {
      drop(site);
      return make_page(site, s.content);
    }
    // The first of several to come back: its page stays in the swap cache for the others.
    ++slots_[slot].owners;
    drop(site);
    make_page(site, s.content);
    const FrameId frame = share(site);
    SwapSlot& now = slots_[slot];
    --now.owners;
    now.cached = frame;
    now.home = page_of(site);
    now.family = spaces_[mm_of(site).value].family;
    frames_[frame.value].in_swap_cache = true;
    cached_in_[frame.value] = slot;
    return;
  }
  // ksm_might_need_to_copy()
  const Frame& frame = frames_[s.cached.value];
  const bool shareable =
      frame.is_ksm() ? frame.mark != kUnowned && !unmerging_
                     : s.home == page_of(site) && s.family == spaces_[mm_of(site).value].family;
  if (shareable) {
    tickets_.erase(s.cached.value);  // It stays.
    put_frame(site, s.cached);       // First, so that the frame is in use while the slot is let go.
    --block_of(site).used;           // It was in use before.
    release_slot(slot);
    return;
  }
  ++totals_.ksm_swpin_copy;
  drop(site);
  make_page(site, s.content);
}

}  // namespace ksmsim::mem
