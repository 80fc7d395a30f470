#include "live/capture/seen_memory.hpp"

#include <algorithm>

namespace ksmsim::live::capture {

SeenBlock* SeenMemory::find(PageIndex page) {
  const auto found = blocks_.find(page.value / kBlockPages);
  return found == blocks_.end() ? nullptr : found->second.get();
}

SeenBlock& SeenMemory::at(PageIndex page) {
  auto& block = blocks_[page.value / kBlockPages];
  if (!block) block = std::make_unique<SeenBlock>();
  return *block;
}

void SeenMemory::forget(PageIndex start, PageCount count) {
  const std::uint64_t end = start.value + count.value;
  auto block = blocks_.lower_bound(start.value / kBlockPages);
  while (block != blocks_.end() && block->first * kBlockPages < end) {
    const std::uint64_t first = block->first * kBlockPages;
    const std::uint64_t from = std::max(first, start.value) - first;
    const std::uint64_t to = std::min(first + kBlockPages, end) - first;
    if (from == 0 && to == kBlockPages) {
      block = blocks_.erase(block);
      continue;
    }
    block->second->huge = false;
    for (std::uint64_t i = from; i < to; ++i) {
      block->second->contents[i] = traces::kNoContent;
      block->second->swapped.reset(i);
    }
    ++block;
  }
}

}  // namespace ksmsim::live::capture
