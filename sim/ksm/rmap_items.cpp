#include "sim/ksm/rmap_items.hpp"

#include <algorithm>

namespace ksmsim::ksm {

using mem::kBlockPages;

void RmapItems::create(const mem::PageTables& memory, SiteId site) {
  items_.grow_to(memory.site_slots());
  blocks_.grow_to(memory.site_slots() / kBlockPages);
  KSM_CHECK(!exists(site));
  blocks_[site.value / kBlockPages].items.set(site.value % kBlockPages);
  items_[site.value] = RmapItem{};
}

void RmapItems::destroy(SiteId site) {
  KSM_CHECK(exists(site) && (*this)[site].state == RmapState::none);
  blocks_[site.value / kBlockPages].items.reset(site.value % kBlockPages);
}

mem::Met RmapItems::next(const mem::PageTables& memory, MmId mm, PageIndex from,
                         PageIndex end) const {
  const auto& space = memory.space(mm);
  for (std::size_t i = space.block_at_or_after(from.value / kBlockPages); i < space.blocks.size();
       ++i) {
    const auto [number, block] = space.blocks[i];
    const std::uint64_t base = number * kBlockPages;
    if (base >= end.value) break;
    if (block >= blocks_.size()) continue;
    const std::uint32_t at =
        blocks_[block].items.next(static_cast<std::uint32_t>(std::max(base, from.value) - base));
    if (at == kBlockPages) continue;
    if (base + at >= end.value) break;
    return {PageIndex{base + at}, SiteId{block * kBlockPages + at}, true, 0};
  }
  return {};
}

}  // namespace ksmsim::ksm
