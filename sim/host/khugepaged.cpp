#include "sim/host/khugepaged.hpp"

namespace ksmsim::host {

void Khugepaged::scan(Machine& machine, std::int64_t pages, std::int64_t huge_pages_max) {
  mem::HostMemory& memory = machine.memory();
  const auto spaces = static_cast<std::uint32_t>(memory.spaces());
  const std::int64_t before = memory.totals().huge_pages;
  std::int64_t left = pages;
  // At most once around: a second look at the same moment finds nothing new.
  for (std::uint32_t turns = 0; turns <= spaces && left > 0 && spaces > 0;) {
    const auto& blocks = memory.space(mm_).blocks;
    const std::size_t at = memory.space(mm_).block_at_or_after(number_);
    if (!memory.space(mm_).living || at == blocks.size()) {
      mm_ = MmId{mm_.value + 1 < spaces ? mm_.value + 1 : 0};
      number_ = 0;
      ++turns;
      continue;
    }
    if (memory.totals().huge_pages - before >= huge_pages_max) break;
    number_ = blocks[at].number + 1;
    left -= mem::kBlockPages;
    memory.collapse(mm_, PageIndex{blocks[at].number * mem::kBlockPages},
                    PageCount{mem::kBlockPages}, mem::HostMemory::CollapsedBy::khugepaged);
  }
  rebuilt_ += memory.totals().huge_pages - before;
}

}  // namespace ksmsim::host
