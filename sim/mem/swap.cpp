#include "sim/mem/swap.hpp"

namespace ksmsim::mem {

std::uint32_t Swap::make_slot(std::uint64_t content) {
  std::uint32_t slot = free_;
  if (slot != kNoSlot) {
    free_ = static_cast<std::uint32_t>(slots_[slot].content);
  } else {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.push_back({});
  }
  slots_[slot] = SwapSlot{};
  slots_[slot].content = content;
  return slot;
}

void Swap::free_slot(std::uint32_t slot) {
  slots_[slot] = SwapSlot{};
  slots_[slot].content = free_;
  free_ = slot;
}

void Swap::cache(FrameId frame, std::uint32_t slot) {
  slots_[slot].cached = frame;
  cached_in_[frame.value] = slot;
}

std::uint32_t Swap::uncache(FrameId frame) {
  const auto at = cached_in_.find(frame.value);
  const std::uint32_t slot = at->second;
  cached_in_.erase(at);
  tickets_.erase(frame.value);
  slots_[slot].cached = FrameId{};
  return slot;
}

void Swap::begin_leaving(FrameId frame) {
  tickets_[frame.value] = next_ticket_;
  leaving_.push_back({frame, next_ticket_++});
}

bool Swap::has_left(const LeavingPage& page) {
  const auto at = tickets_.find(page.frame.value);
  if (at == tickets_.end() || at->second != page.ticket) return false;
  tickets_.erase(at);
  return true;
}

}  // namespace ksmsim::mem
