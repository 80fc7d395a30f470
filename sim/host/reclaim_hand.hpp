// Whose pages go to swap: a clock hand over all blocks of 512 sites of all living guests. A block
// that was touched since the hand came by last is spared once. (The kernel asks every page.) A page
// that is shared and cannot go is asked once a round, however many sites map it: a page of zeros
// may have millions.
//
// A value: copying it copies its place.
#pragma once
#include <cstdint>
#include <set>

#include "sim/host/machine.hpp"

namespace ksmsim::host {

class ReclaimHand {
 public:
  // Unmaps pages until so many frames fewer are mapped, going around at most twice. Returns how
  // many fewer there are; less than asked for if swap is full or nothing more can go. The pages
  // still have to be written (HostMemory::take_leaving).
  std::int64_t reclaim(Machine& machine, std::int64_t pages);

 private:
  // Moves on to the next block that there is; nothing if there is none.
  const mem::BlockRef* next_block(const mem::HostMemory& memory);

  void reclaim_site(Machine& machine, SiteId site);

  MmId mm_{};
  std::uint64_t number_ = 0;   // Of the block that comes next, in mm_.
  std::set<FrameId> refused_;  // In this round.
};

}  // namespace ksmsim::host
