#include "sim/host/reclaim_hand.hpp"

#include <algorithm>
#include <vector>

namespace ksmsim::host {
namespace {

// All that map the site's page, if it can go to swap: it is not pinned, the kernel finds all of
// them, and (of a shared page) none lies in a block that was touched lately.
std::vector<SiteId> who_lets_go(const Machine& machine, SiteId site) {
  const mem::HostMemory& memory = machine.memory();
  if (memory.is_pinned(site)) return {};
  if (memory.owns_page(site)) return {site};
  const bool ksm = memory.is_ksm(site);
  if (ksm && machine.ksmd().traits().memory.swap == mem::KsmSwap::never) return {};
  const FrameId frame = memory.mapping(site);
  std::vector<SiteId> all = ksm ? machine.ksmd().mappers(memory, frame) : memory.mappers(site);
  if (all.size() != memory.frame(frame).mappings) return {};
  const bool held = std::any_of(all.begin(), all.end(), [&](SiteId s) {
    return memory.is_referenced(s.value / mem::kBlockPages);
  });
  return held ? std::vector<SiteId>{} : all;
}

}  // namespace

const mem::BlockRef* ReclaimHand::next_block(const mem::HostMemory& memory) {
  const auto spaces = static_cast<std::uint32_t>(memory.spaces());
  for (std::uint32_t looked = 0; looked <= spaces; ++looked) {
    const auto& blocks = memory.space(mm_).blocks;
    const std::size_t at = memory.space(mm_).block_at_or_after(number_);
    if (at < blocks.size()) return &blocks[at];
    mm_ = MmId{mm_.value + 1 < spaces ? mm_.value + 1 : 0};
    number_ = 0;
    if (mm_ == MmId{}) refused_.clear();
  }
  return nullptr;
}

void ReclaimHand::reclaim_site(Machine& machine, SiteId site) {
  mem::HostMemory& memory = machine.memory();
  if (!memory.has_page(site)) return;
  if (memory.is_huge(site)) {
    // Split first, as the kernel does with those it cannot swap whole; zeros may be gone then.
    if (!memory.split_huge_page(site) || !memory.has_page(site)) return;
  }
  const bool shared = !memory.owns_page(site);
  if (shared && refused_.contains(memory.mapping(site))) return;
  const std::vector<SiteId> all = who_lets_go(machine, site);
  if (!all.empty()) {
    memory.reclaim(all);
  } else if (shared) {
    refused_.insert(memory.mapping(site));
  }
}

std::int64_t ReclaimHand::reclaim(Machine& machine, std::int64_t pages) {
  mem::HostMemory& memory = machine.memory();
  if (memory.spaces() == 0) return 0;
  const std::int64_t before = memory.totals().frames;
  const std::int64_t wanted = before - pages;
  const std::uint64_t around = memory.used_slots() / mem::kBlockPages;
  for (std::uint64_t passed = 0; passed <= 2 * around; ++passed) {
    if (memory.totals().frames <= wanted || memory.swap_is_full()) break;
    const mem::BlockRef* found = next_block(memory);
    if (found == nullptr) break;
    const mem::BlockRef ref = *found;
    number_ = ref.number + 1;
    if (memory.take_referenced(ref.block)) continue;
    for (std::uint32_t i = 0; i < mem::kBlockPages; ++i) {
      if (memory.totals().frames <= wanted || memory.swap_is_full()) {
        number_ = ref.number;  // The rest of it is next.
        break;
      }
      reclaim_site(machine, SiteId{ref.block * mem::kBlockPages + i});
    }
  }
  return before - memory.totals().frames;
}

}  // namespace ksmsim::host
