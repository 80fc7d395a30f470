// GuestMemory: NUMA nodes.
#include <map>

#include "sim/mem/guest_memory.hpp"

namespace ksmsim::mem {

void GuestMemory::set_node(MmId mm, PageIndex start, PageCount count, NumaNode node) {
  living(mm).nodes.set(start, start + count, node);
}

// One by one, as move_pages does. A page that is part of a huge page takes the rest along.
void GuestMemory::move(MmId mm, PageIndex start, PageCount count, NumaNode node,
                       const Finds& finds) {
  // The mappings of a KSM page that are found: it moves only if that is all of them.
  std::map<std::uint32_t, std::uint32_t> found;
  const auto count_found = [&](SiteId site) {
    if (has_page(site) && is_ksm(site) && finds(site)) ++found[mapping(site).value];
  };
  for (std::uint32_t m = 0; m < spaces_.size(); ++m) {
    for_each_present(MmId{m}, PageIndex{0}, PageIndex{kPageIndexEnd}, count_found);
  }
  const auto move_one = [&](SiteId site) {
    if (is_pinned(site)) return;
    if (owns_page(site)) {
      Block& block = block_of(site);
      if (node == NumaNode{0} && block.extras == kNoBlockExtras) return;
      extras_of(block).nodes[in_block(site)] = node;
      return;
    }
    const FrameId frame = mapping(site);
    if (is_ksm(site) && found[frame.value] != frames_[frame].mappings) return;
    frames_[frame].node = node;
  };
  for_each_present(mm, start, start + count, [&](SiteId site) {
    if (!has_page(site)) return;
    if (!is_huge(site)) return move_one(site);
    if (is_held(huge_page_of(site))) return;
    const SiteId first{site.value - in_block(site)};
    const BlockExtras& extras = extras_[block_of(site).extras];
    for (std::uint32_t i = extras.huge.next(0); i < kBlockPages; i = extras.huge.next(i + 1)) {
      move_one(SiteId{first.value + i});
    }
  });
}

}  // namespace ksmsim::mem
