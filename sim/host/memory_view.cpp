#include "sim/host/memory_view.hpp"

#include "sim/host/ram.hpp"

namespace ksmsim::host {

SpaceMemory memory_of(const mem::HostMemory& memory, MmId mm) {
  SpaceMemory sums;
  const mem::AddressSpace& space = memory.space(mm);
  for (const auto& region : space.regions.extents()) {
    sums.size_kb += static_cast<std::int64_t>((region.end - region.start).value) * kPageKb;
  }
  constexpr unsigned kPssShift = 12;  // As fs/proc/task_mmu.c.
  std::uint64_t pss = 0;
  for (const mem::BlockRef& ref : space.blocks) {
    const mem::Block& block = memory.block(ref.block);
    if (block.used == 0) continue;
    for (std::uint32_t i = 0; i < mem::kBlockPages; ++i) {
      const SiteId site{ref.block * mem::kBlockPages + i};
      if (!block.anonymous.test(i)) {
        sums.swap_kb += memory.mapping(site) == mem::kSwapped ? kPageKb : 0;
        continue;
      }
      const bool own = block.own.test(i);
      const std::uint64_t mappings = own ? 1 : memory.frame(memory.mapping(site)).mappings;
      (mappings == 1 ? sums.private_kb : sums.shared_kb) += kPageKb;
      pss += (kPageBytes << kPssShift) / mappings;
    }
  }
  sums.pss_kb = static_cast<std::int64_t>(pss >> (kPssShift + 10));
  return sums;
}

}  // namespace ksmsim::host
