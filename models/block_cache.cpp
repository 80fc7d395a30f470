#include "models/block_cache.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace ksmsim::models {

BlockCache::BlockCache(std::uint64_t slots, std::uint64_t blocks)
    : slot_of_(blocks, kNone), block_in_(slots, kNone), used_(slots, 0) {
  KSM_CHECK(slots < kNone && blocks < kNone);
}

BlockCache::Slot BlockCache::insert(Block block) {
  KSM_CHECK(!block_in_.empty() && slot_of_[block] == kNone);
  const auto slots = static_cast<Slot>(block_in_.size());
  // Ends within two rounds: the first takes all marks away.
  while (block_in_[hand_] != kNone && used_[hand_] != 0) {
    used_[hand_] = 0;
    hand_ = (hand_ + 1) % slots;
  }
  const Slot slot = hand_;
  hand_ = (hand_ + 1) % slots;
  if (block_in_[slot] != kNone) slot_of_[block_in_[slot]] = kNone;
  block_in_[slot] = block;
  slot_of_[block] = slot;
  used_[slot] = 0;
  return slot;
}

void BlockCache::clear() {
  std::fill(slot_of_.begin(), slot_of_.end(), kNone);
  std::fill(block_in_.begin(), block_in_.end(), kNone);
  std::fill(used_.begin(), used_.end(), std::uint8_t{0});
  hand_ = 0;
}

}  // namespace ksmsim::models
