// GuestMemory: swap, and the swap cache, in which a page stays as long as somebody maps it and
// somebody else has its slot. Rules: docs/kernel.md, *Swap*.
#include "sim/mem/guest_memory.hpp"

namespace ksmsim::mem {

std::uint32_t GuestMemory::new_slot(std::uint64_t content) {
  ++totals_.swap_slots;
  ++totals_.swap_outs;
  return swap_.make_slot(content);
}

// The slot that the page of a frame goes to: the one it came from, if it is in the swap cache.
std::uint32_t GuestMemory::slot_for(FrameId frame) {
  Frame& f = frames_[frame];
  if (f.in_swap_cache) return swap_.slot_of(frame);
  const std::uint32_t slot = new_slot(f.content);
  swap_.cache(frame, slot);
  f.in_swap_cache = true;
  return slot;
}

// Whether a write by the one site that maps the frame needs no copy.
bool GuestMemory::is_sole_user(FrameId frame) const {
  const Frame& f = frames_[frame];
  if (f.mappings != 1) return false;
  return !f.in_swap_cache || swap_[swap_.slot_of(frame)].owners == 0;
}

// REQUIRES: the site has a page that is not pinned.
void GuestMemory::page_out(SiteId site) {
  std::uint32_t slot = 0;
  if (owns_page(site) && !swap_.is_slow()) {
    slot = new_slot(content(site));
    drop(site);
    put_slot(site, slot);
    return;
  }
  const FrameId frame = share(site);
  const bool was_cached = frames_[frame].in_swap_cache;
  slot = slot_for(frame);
  if (!was_cached) {
    swap_[slot].home = page_of(site);
    swap_[slot].family = spaces_[mm_of(site).value].family;
  }
  ++swap_[slot].owners;  // Held across the drop.
  drop(site);
  put_slot(site, slot);
  --swap_[slot].owners;
}

// A page that nobody maps leaves the swap cache: at once, or when the device has written it.
void GuestMemory::begin_leaving(FrameId frame) {
  if (frames_[frame].mappings > 0) return;
  if (!swap_.is_slow()) return uncache(frame);
  swap_.begin_leaving(frame);
}

void GuestMemory::page_out_and_leave(SiteId site) {
  page_out(site);
  const std::uint32_t slot = slot_in(site);
  if (swap_[slot].cached != FrameId{}) begin_leaving(swap_[slot].cached);
}

void GuestMemory::swap_out(MmId mm, PageIndex start, PageCount count, const Finds& finds) {
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
      if (frames_[mapping(site)].mappings > 1) return;
      if (is_ksm(site) && (rules_.swap == KsmSwap::never || !finds(site))) return;
    }
    page_out_and_leave(site);
  });
}

void GuestMemory::swap_in(MmId mm, PageIndex start, PageCount count) {
  for_each_present(mm, start, start + count, [this](SiteId site) {
    if (mapping(site) == kSwapped) fault_in(site);
  });
}

// REQUIRES: the site's page is in swap.
void GuestMemory::fault_in(SiteId site) {
  const std::uint32_t slot = slot_in(site);
  const SwapSlot s = swap_[slot];
  if (s.cached == FrameId{}) {
    ++totals_.swap_ins;
    if (s.owners == 1) {
      drop(site);
      return make_page(site, s.content);
    }
    // The first of several to come back: its page stays in the swap cache for the others.
    ++swap_[slot].owners;
    drop(site);
    make_page(site, s.content);
    const FrameId frame = share(site);
    SwapSlot& now = swap_[slot];
    --now.owners;
    now.home = page_of(site);
    now.family = spaces_[mm_of(site).value].family;
    frames_[frame].in_swap_cache = true;
    swap_.cache(frame, slot);
    return;
  }
  // ksm_might_need_to_copy()
  const Frame& frame = frames_[s.cached];
  const bool shareable =
      frame.is_ksm() ? frame.mark != kUnowned && !is_unmerging()
                     : s.home == page_of(site) && s.family == spaces_[mm_of(site).value].family;
  if (shareable) {
    swap_.stay(s.cached);
    put_frame(site, s.cached);  // First, so that the frame is in use while the slot is let go.
    --block_of(site).used;      // It was in use before.
    release_slot(slot);
    return;
  }
  ++totals_.ksm_swpin_copy;
  drop(site);
  make_page(site, s.content);
}

}  // namespace ksmsim::mem
