// GuestMemory: huge pages and pins. A huge page is 512 pages that were made together; it keeps
// together (as the parts of one folio) until something splits it, also where a site has left it.
#include <algorithm>
#include <array>
#include <vector>

#include "sim/mem/guest_memory.hpp"

namespace ksmsim::mem {

namespace {

// What khugepaged minds, as its knobs come: pages of a block in swap (those it brings back) and
// mapped elsewhere, too. (Up to 511 may be missing: one is enough.)
constexpr std::uint32_t kMaxPtesSwap = 64;
constexpr std::uint32_t kMaxPtesShared = 256;

// Whether all of a block is one extent, or none.
template <class Value>
bool is_uniform(const ExtentMap<Value>& map, PageIndex start, bool may_be_missing) {
  const PageIndex end = start + PageCount{kBlockPages};
  const auto at = map.at_or_after(start);
  if (at == map.extents().end() || at->start >= end) return may_be_missing;
  return at->start <= start && at->end >= end;
}

}  // namespace

// Whether the kernel would make one page of a block. Merged pages do not hinder it (6.18, live).
bool GuestMemory::may_collapse(std::uint32_t block, CollapsedBy by) const {
  const Block& b = blocks_[block];
  const AddressSpace& space = spaces_[b.mm.value];
  const PageIndex start{b.number * kBlockPages};
  // It lies in one region, also in what is said of NUMA nodes there; and it is not one already.
  if (!is_uniform(space.regions, start, false) || !is_uniform(space.nodes, start, true) ||
      is_whole_huge_page(b) || has_held_huge_page(block)) {
    return false;
  }
  std::uint32_t pages = 0;
  std::uint32_t shared = 0;
  std::uint32_t swapped = 0;
  bool writable = false;
  bool referenced = b.touched;
  for (std::uint32_t i = 0; i < kBlockPages; ++i) {
    const SiteId site{block * kBlockPages + i};
    swapped += mapping(site) == kSwapped;
    if (!has_page(site)) continue;
    if (is_pinned(site)) return false;
    ++pages;
    writable |= owns_page(site) && !is_read_only(site);
    if (owns_page(site)) continue;
    shared += frame(mapping(site)).mappings > 1;
    referenced |= is_ksm(site);
  }
  const bool read_only = b.used > 0 && !writable;
  if (read_only && rules_.collapse_read_only == CollapseReadOnly::refused) return false;
  if (by == CollapsedBy::advice) return true;
  return pages > 0 && referenced && shared <= kMaxPtesShared && swapped <= kMaxPtesSwap;
}

// Whether a page stands at two sites of a block, as only a KSM page can.
bool GuestMemory::has_page_twice(std::uint32_t block) const {
  std::vector<std::uint32_t> frames;
  for (std::uint32_t i = 0; i < kBlockPages; ++i) {
    const SiteId site{block * kBlockPages + i};
    if (has_page(site) && !owns_page(site)) frames.push_back(mapping(site).value);
  }
  std::sort(frames.begin(), frames.end());
  return std::adjacent_find(frames.begin(), frames.end()) != frames.end();
}

// The node that most pages of a block are on, the lowest of equals; without pages, where new ones
// come from.
NumaNode GuestMemory::node_for_huge_page(std::uint32_t block) const {
  std::array<std::uint32_t, 256> pages{};
  bool any = false;
  for (std::uint32_t i = 0; i < kBlockPages; ++i) {
    const SiteId site{block * kBlockPages + i};
    if (!has_page(site)) continue;
    any = true;
    ++pages[node_of(site).value];
  }
  if (!any) return policy_of(SiteId{block * kBlockPages});
  const auto most = std::max_element(pages.begin(), pages.end());
  return NumaNode{static_cast<std::uint8_t>(most - pages.begin())};
}

void GuestMemory::collapse(MmId mm, PageIndex start, PageCount count, CollapsedBy by) {
  AddressSpace& space = living(mm);
  const PageIndex end = start + count;
  PageIndex page{(start.value + kBlockPages - 1) / kBlockPages * kBlockPages};
  for (; page + PageCount{kBlockPages} <= end; page = page + PageCount{kBlockPages}) {
    const SiteId first = site_of(space, mm, page);
    const std::uint32_t number = first.value / kBlockPages;
    if (!may_collapse(number, by)) continue;
    for (std::uint32_t i = 0; i < kBlockPages; ++i) {
      const SiteId site{first.value + i};
      if (mapping(site) == kSwapped) fault_in(site);
    }
    if (has_page_twice(number)) continue;
    const NumaNode node = node_for_huge_page(number);
    for (std::uint32_t i = 0; i < kBlockPages; ++i) {
      const SiteId site{first.value + i};
      const std::uint64_t held = has_page(site) ? content(site) : 0;
      drop(site);
      put_own(site, held, node);
    }
    blocks_[number].touched = true;
    BlockExtras& extras = extras_of(blocks_[number]);
    extras.huge_page = huge_.make(number);
    for (std::uint32_t i = 0; i < kBlockPages; ++i) extras.huge.set(i);
    ++totals_.huge_pages;
  }
}

// Whether a site that has its part of the huge page is not the only one.
bool GuestMemory::is_shared_huge_page(SiteId site) const {
  const auto& blocks = huge_.blocks(huge_page_of(site));
  return blocks.size() > 1;
}

void GuestMemory::split(MmId mm, PageIndex start, PageCount count) {
  for_each_present(mm, start, start + count, [this](SiteId site) {
    if (has_page(site)) (void)split_huge_page(site);
  });
}

void GuestMemory::pin(MmId mm, PageIndex start, PageCount count, bool pinned) {
  AddressSpace& space = living(mm);
  for (PageIndex page = start; page < start + count; ++page.value) {
    const SiteId site = site_of(space, mm, page);
    // What was pinned here is let go of, also if another page is here by now.
    if (const std::uint32_t extras = block_of(site).extras; extras != kNoBlockExtras) {
      extras_[extras].left_pinned.reset(in_block(site));
      if (!pinned) extras_[extras].pinned.reset(in_block(site));
    }
    if (!pinned) continue;
    // Whoever takes hold of a page writes to it, as far as the kernel knows.
    if (mapping(site) == kSwapped) fault_in(site);
    write(mm, page, has_page(site) ? content(site) : 0);
    if (!owns_page(site)) take_back(site);
    extras_of(block_of(site)).pinned.set(in_block(site));
  }
}

}  // namespace ksmsim::mem
