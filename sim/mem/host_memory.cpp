#include "sim/mem/host_memory.hpp"

namespace ksmsim::mem {

void HostMemory::written(const LeavingPage& page) {
  if (swap_.has_left(page) && frames_[page.frame].mappings == 0) uncache(page.frame);
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
  const auto cached = swap_.cached();
  for (const auto& [frame, slot] : cached) {
    if (frames_[FrameId{frame}].mappings == 0 && !swap_.is_leaving(FrameId{frame})) {
      begin_leaving(FrameId{frame});
    } else if (swap_[slot].owners == 0) {
      uncache(FrameId{frame});
    }
  }
}

// Reclaim splits huge pages that are not mapped as one any more before anything else.
void HostMemory::split_broken_huge_pages() {
  std::vector<SiteId> broken;
  for (const auto& [huge_page, blocks] : huge_.all()) {
    for (std::uint32_t block : blocks) {
      if (is_whole_huge_page(blocks_[block])) continue;
      const std::uint32_t part = extras_[blocks_[block].extras].huge.next(0);
      broken.emplace_back(block * kBlockPages + part);
      break;
    }
  }
  for (SiteId site : broken) (void)split_huge_page(site);
}

void HostMemory::reclaim(const std::vector<SiteId>& mappers) {
  for (std::size_t i = 0; i + 1 < mappers.size(); ++i) page_out(mappers[i]);
  page_out_and_leave(mappers.back());
}

std::int64_t HostMemory::drop_swap_cache(std::int64_t pages) {
  std::vector<FrameId> clean;
  if (totals_.swap_cached == leaving_pages()) return 0;
  for (const auto& [frame, slot] : swap_.cached()) {
    if (static_cast<std::int64_t>(clean.size()) == pages) break;
    if (frames_[FrameId{frame}].mappings == 0 && !swap_.is_leaving(FrameId{frame}))
      clean.emplace_back(frame);
  }
  for (FrameId frame : clean) uncache(frame);
  return static_cast<std::int64_t>(clean.size());
}

}  // namespace ksmsim::mem
