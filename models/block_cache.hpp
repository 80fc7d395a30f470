// Which blocks of files or tables are in memory, and which one goes when another comes: a clock
// with one mark for blocks that were used again, as a stand-in for the lists of Linux and of
// databases: what is read once goes before what is read often.
//
// Invariant: slot s holds block b exactly when slot_of(b) == s.
#pragma once
#include <cstdint>
#include <vector>

namespace ksmsim::models {

class BlockCache {
 public:
  using Slot = std::uint32_t;
  using Block = std::uint32_t;
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  // REQUIRES: slots, blocks < 2^32 - 1.
  BlockCache(std::uint64_t slots, std::uint64_t blocks);

  // Where the block is; kNone if it is not there.
  Slot slot_of(Block block) const { return slot_of_[block]; }
  Block block_in(Slot slot) const { return block_in_[slot]; }
  // Notes that the block in this slot is used again.
  void use(Slot slot) { used_[slot] = 1; }
  // Makes room for a block that is not there, and says where: the next empty slot, or that of the
  // block that goes. REQUIRES: there is a slot.
  Slot insert(Block block);
  // Forgets all blocks.
  void clear();

 private:
  std::vector<Slot> slot_of_;
  std::vector<Block> block_in_;
  std::vector<std::uint8_t> used_;  // Since the hand was there.
  Slot hand_ = 0;
};

}  // namespace ksmsim::models
