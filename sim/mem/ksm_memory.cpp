#include "sim/mem/ksm_memory.hpp"

#include <algorithm>

namespace ksmsim::mem {

FrameId KsmMemory::make_ksm(SiteId site) {
  const FrameId frame = share(site);
  Frame& f = frames_[frame];
  KSM_CHECK(!f.is_ksm());
  f.mark = kUnowned;
  totals_.fork_shared -= f.mappings - 1;
  return frame;
}

FrameId KsmMemory::new_ksm_page(SiteId like) {
  const FrameId frame = frames_.make(content(like), node_of(like));
  frames_[frame].mark = kUnowned;
  return frame;
}

void KsmMemory::set_owner(FrameId frame, KsmMark mark) {
  Frame& f = frames_[frame];
  KSM_CHECK(f.is_ksm() && mark.value >= kFirstOwner);
  f.mark = mark;
}

void KsmMemory::disown(FrameId frame) {
  frames_[frame].mark = kUnowned;
  if (!is_in_use(frame)) let_go(frame);
}

void KsmMemory::remap(SiteId site, FrameId target) {
  drop(site);
  put_frame(site, target);
}

void KsmMemory::remap_to_zero_page(SiteId site) {
  drop(site);
  put_special(site, kKsmZeroPage);
}

bool KsmMemory::split_huge_page(SiteId site) {
  const std::uint32_t huge_page = huge_page_of(site);
  if (huge_page == kNoHugePage) return true;
  if (is_held(huge_page)) return false;
  const std::vector<std::uint32_t> blocks = huge_.split(huge_page);
  --totals_.huge_pages;
  ++totals_.huge_pages_split;
  for (std::uint32_t block : blocks) {
    BlockExtras& extras = extras_[blocks_[block].extras];
    const BlockBits parts = extras.huge;
    extras.huge = BlockBits{};
    extras.huge_page = kNoHugePage;
    if (rules_.split_zeros == SplitZeros::kept) continue;
    // try_to_map_unused_to_zeropage()
    for (std::uint32_t i = parts.next(0); i < kBlockPages; i = parts.next(i + 1)) {
      const SiteId part{block * kBlockPages + i};
      if (content(part) != 0) continue;
      drop(part);
      put_special(part, kZeroPage);
    }
  }
  return true;
}

void KsmMemory::break_sharing(SiteId site) {
  std::uint64_t held = 0;
  if (has_page(site)) {
    if (!is_ksm(site)) return;
    held = content(site);
    if (!is_reused(mapping(site))) ++totals_.cow_ksm;
  } else if (mapping(site) != kKsmZeroPage || rules_.zero_pages == KsmZeroPages::uncounted) {
    return;
  }
  ++totals_.unmerge_breaks;
  drop(site);
  make_page(site, held);
  if (rules_.unmerged == Unmerged::read_only &&
      rules_.collapse_read_only == CollapseReadOnly::refused) {
    extras_of(block_of(site)).read_only.set(in_block(site));
  }
}

// A region that is not mergeable can map KSM pages all the same: a fork's page that became one in
// place through its twin. Neither advice nor run 2 looks at it there (6.18, live).
void KsmMemory::break_sharing(MmId mm, PageIndex start, PageIndex end) {
  const auto& regions = spaces_[mm.value].regions;
  for (auto at = regions.at_or_after(start); at != regions.extents().end() && at->start < end;
       ++at) {
    if (at->value == Mergeable::no) continue;
    for_each_present(mm, std::max(start, at->start), std::min(end, at->end),
                     [this](SiteId s) { break_sharing(s); });
  }
}

}  // namespace ksmsim::mem
