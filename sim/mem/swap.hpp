// Slots of swap, and the swap cache: which frames hold what a slot has, and which of them are on
// their way to the device. Rules of who leaves when are with those who swap (guest_memory_swap.cpp,
// host_memory.cpp).
//
// Invariant, tested by Sites::check_invariants(): the cache has a frame for a slot exactly if the
// slot's `cached` names it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "sim/base/chunked_vector.hpp"
#include "sim/base/ids.hpp"
#include "sim/mem/frame.hpp"

namespace ksmsim::mem {

class Swap {
 public:
  // ---- Slots.
  SwapSlot& operator[](std::uint32_t slot) { return slots_[slot]; }
  const SwapSlot& operator[](std::uint32_t slot) const { return slots_[slot]; }
  std::size_t slots() const { return slots_.size(); }
  std::uint32_t make_slot(std::uint64_t content);
  void free_slot(std::uint32_t slot);

  // ---- The cache.
  // Frames and their slots, in ascending order.
  const std::map<std::uint32_t, std::uint32_t>& cached() const { return cached_in_; }
  std::uint32_t slot_of(FrameId frame) const { return cached_in_.at(frame.value); }
  void cache(FrameId frame, std::uint32_t slot);
  // The frame leaves the cache. Returns its slot.
  std::uint32_t uncache(FrameId frame);

  // ---- The device.
  bool is_slow() const { return slow_; }
  void set_slow(bool slow) { slow_ = slow; }
  std::int64_t size() const { return size_; }
  void set_size(std::int64_t pages) { size_ = pages; }
  // A cached frame is on its way to the device; it stays after all; it has arrived.
  void begin_leaving(FrameId frame);
  bool is_leaving(FrameId frame) const { return tickets_.contains(frame.value); }
  void stay(FrameId frame) { tickets_.erase(frame.value); }
  // Whether that page was still on its way.
  bool has_left(const LeavingPage& page);
  std::int64_t leaving() const { return static_cast<std::int64_t>(tickets_.size()); }
  // Pages that began to leave since the last call.
  std::vector<LeavingPage> take_leaving() { return std::exchange(leaving_, {}); }

 private:
  static constexpr std::uint32_t kNoSlot = ~std::uint32_t{0};

  ChunkedVector<SwapSlot, 1024> slots_;
  std::uint32_t free_ = kNoSlot;
  std::map<std::uint32_t, std::uint32_t> cached_in_;  // Frames in the swap cache: slots.
  bool slow_ = false;
  std::int64_t size_ = std::numeric_limits<std::int64_t>::max();
  std::vector<LeavingPage> leaving_;
  std::map<std::uint32_t, std::uint64_t> tickets_;  // Of frames that are leaving.
  std::uint64_t next_ticket_ = 0;
};

}  // namespace ksmsim::mem
