// The ring of registered address spaces, in the order in which ksmd visits them, and the cursor.
//
// Position 0 is the list head ("between passes"); address space m is position m + 1.
// Rules of insertion and removal: docs/kernel.md, *Ring*.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/base/ids.hpp"

namespace ksmsim::ksm {

class MmRing {
 public:
  bool empty() const { return slots_[0].next == 0; }
  std::int64_t size() const { return size_; }
  bool contains(MmId mm) const { return at(mm) < slots_.size() && slots_[at(mm)].registered; }

  // Whether the cursor is on the list head.
  bool between_passes() const { return cursor_ == 0; }
  // The address space under the cursor. REQUIRES: !between_passes().
  MmId current() const { return MmId{cursor_ - 1}; }
  bool is_current(MmId mm) const { return cursor_ == at(mm); }

  void advance() { cursor_ = slots_[cursor_].next; }
  void to_head() { cursor_ = 0; }

  // Registers before the slot under the cursor (so: scanned last in the coming order). From the
  // list head this is the tail. REQUIRES: not registered.
  void insert_at_cursor(MmId mm) { insert_before(at(mm), cursor_); }
  void insert_at_tail(MmId mm) { insert_before(at(mm), 0); }
  // Makes it the next one to be dealt with. REQUIRES: registered, not under the cursor.
  void move_behind_cursor(MmId mm);
  // REQUIRES: registered, not under the cursor.
  void remove(MmId mm);

 private:
  struct Slot {
    std::uint32_t next = 0, previous = 0;
    bool registered = false;
  };
  static std::uint32_t at(MmId mm) { return mm.value + 1; }
  void insert_before(std::uint32_t slot, std::uint32_t next);
  void unlink(std::uint32_t slot);

  std::vector<Slot> slots_{1};
  std::uint32_t cursor_ = 0;
  std::int64_t size_ = 0;
};

}  // namespace ksmsim::ksm
