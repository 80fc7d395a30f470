// HostMemory: huge pages and pins. A huge page is 512 pages that were made together; it keeps
// together (as the parts of one folio) until something splits it, also where a site has left it.
#include <algorithm>

#include "sim/mem/host_memory.hpp"

namespace ksmsim::mem {

std::uint32_t HostMemory::huge_page_of(SiteId site) const {
  const std::uint32_t extras = block_of(site).extras;
  if (extras == kNoBlockExtras || !extras_[extras].huge.test(in_block(site))) return kNoHugePage;
  return extras_[extras].huge_page;
}

bool HostMemory::is_pinned(SiteId site) const {
  const std::uint32_t extras = block_of(site).extras;
  return extras != kNoBlockExtras && extras_[extras].pinned.test(in_block(site));
}

// The site's page is no part of a huge page any more.
void HostMemory::leave_huge_page(SiteId site) {
  const std::uint32_t huge_page = huge_page_of(site);
  if (huge_page == kNoHugePage) return;
  BlockExtras& extras = extras_[block_of(site).extras];
  extras.huge.reset(in_block(site));
  if (!extras.huge.none()) return;
  extras.huge_page = kNoHugePage;
  auto& blocks = huge_.at(huge_page);
  std::erase(blocks, site.value / kBlockPages);
  if (!blocks.empty()) return;
  huge_.erase(huge_page);
  --totals_.huge_pages;
}

void HostMemory::forget_huge_page(std::uint32_t huge_page) {
  for (std::uint32_t block : huge_.at(huge_page)) {
    BlockExtras& extras = extras_[blocks_[block].extras];
    extras.huge = BlockBits{};
    extras.huge_page = kNoHugePage;
  }
  huge_.erase(huge_page);
  --totals_.huge_pages;
  ++totals_.huge_pages_split;
}

bool HostMemory::split_huge_page(SiteId site) {
  const std::uint32_t huge_page = huge_page_of(site);
  if (huge_page == kNoHugePage) return true;
  // A pin of one part is a pin of the whole.
  for (std::uint32_t block : huge_.at(huge_page)) {
    const BlockExtras& extras = extras_[blocks_[block].extras];
    for (std::uint32_t i = extras.huge.next(0); i < kBlockPages; i = extras.huge.next(i + 1)) {
      if (extras.pinned.test(i)) return false;
    }
  }
  forget_huge_page(huge_page);
  return true;
}

bool HostMemory::may_collapse(std::uint32_t block, CollapsedBy by) const {
  const Block& b = blocks_[block];
  std::uint32_t pages = 0;
  for (std::uint32_t i = 0; i < kBlockPages; ++i) {
    const SiteId site{block * kBlockPages + i};
    if (!has_page(site)) continue;
    if (is_ksm(site) || is_pinned(site)) return false;
    ++pages;
  }
  return by == CollapsedBy::advice || (pages > 0 && b.used > 0);
}

void HostMemory::collapse(MmId mm, PageIndex start, PageCount count, CollapsedBy by) {
  AddressSpace& space = living(mm);
  const PageIndex end = start + count;
  PageIndex page{(start.value + kBlockPages - 1) / kBlockPages * kBlockPages};
  for (; page + PageCount{kBlockPages} <= end; page = page + PageCount{kBlockPages}) {
    const SiteId first = site_of(space, mm, page);
    if (!may_collapse(first.value / kBlockPages, by)) continue;
    Block& block = block_of(first);
    for (std::uint32_t i = 0; i < kBlockPages; ++i) {
      const SiteId site{first.value + i};
      if (mapping(site) == kSwapped) fault_in(site);
      const std::uint64_t held = has_page(site) ? content(site) : 0;
      drop(site);
      make_page(site, held);
    }
    BlockExtras& extras = extras_of(block);
    extras.huge_page = next_huge_page_++;
    for (std::uint32_t i = 0; i < kBlockPages; ++i) extras.huge.set(i);
    huge_[extras.huge_page] = {first.value / kBlockPages};
    ++totals_.huge_pages;
  }
}

void HostMemory::split(MmId mm, PageIndex start, PageCount count) {
  for_each_present(mm, start, start + count, [this](SiteId site) {
    if (has_page(site)) (void)split_huge_page(site);
  });
}

void HostMemory::pin(MmId mm, PageIndex start, PageCount count, bool pinned) {
  AddressSpace& space = living(mm);
  for (PageIndex page = start; page < start + count; ++page.value) {
    const SiteId site = site_of(space, mm, page);
    if (!pinned) {
      if (is_pinned(site)) extras_[block_of(site).extras].pinned.reset(in_block(site));
      continue;
    }
    // Whoever takes hold of a page writes to it, as far as the kernel knows.
    if (mapping(site) == kSwapped) fault_in(site);
    write(mm, page, has_page(site) ? content(site) : 0);
    if (!owns_page(site)) take_back(site);
    extras_of(block_of(site)).pinned.set(in_block(site));
  }
}

}  // namespace ksmsim::mem
