// HostMemory: what reclaim does with single pages. Which ones is decided in sim/host.
#include "sim/mem/host_memory.hpp"

namespace ksmsim::mem {

// An ordinary page is shared by forks only, who all have it at one address.
std::vector<SiteId> HostMemory::mappers(SiteId site) const {
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

void HostMemory::reclaim(const std::vector<SiteId>& mappers) {
  for (std::size_t i = 0; i + 1 < mappers.size(); ++i) page_out(mappers[i]);
  page_out_and_leave(mappers.back());
}

std::int64_t HostMemory::drop_swap_cache(std::int64_t pages) {
  std::vector<FrameId> clean;
  if (totals_.swap_cached == leaving_pages()) return 0;
  for (const auto& [frame, slot] : cached_in_) {
    if (static_cast<std::int64_t>(clean.size()) == pages) break;
    if (frames_[frame].mappings == 0 && !tickets_.contains(frame)) clean.emplace_back(frame);
  }
  for (FrameId frame : clean) uncache(frame);
  return static_cast<std::int64_t>(clean.size());
}

}  // namespace ksmsim::mem
