#include "sim/ksm/mm_ring.hpp"

#include "sim/base/check.hpp"

namespace ksmsim::ksm {

void MmRing::insert_before(std::uint32_t slot, std::uint32_t next) {
  if (slot >= slots_.size()) slots_.resize(slot + std::size_t{1});
  KSM_CHECK(!slots_[slot].registered);
  const std::uint32_t previous = slots_[next].previous;
  slots_[slot] = {next, previous, true};
  slots_[previous].next = slot;
  slots_[next].previous = slot;
  ++size_;
}

void MmRing::unlink(std::uint32_t slot) {
  KSM_CHECK(slots_[slot].registered && slot != cursor_);
  slots_[slots_[slot].previous].next = slots_[slot].next;
  slots_[slots_[slot].next].previous = slots_[slot].previous;
  slots_[slot].registered = false;
  --size_;
}

void MmRing::move_behind_cursor(MmId mm) {
  unlink(at(mm));
  insert_before(at(mm), slots_[cursor_].next);
}

void MmRing::remove(MmId mm) { unlink(at(mm)); }

}  // namespace ksmsim::ksm
