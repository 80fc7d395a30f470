// All memory of a host: what sites hold (sites.hpp), what KSM and guests do to it (ksm_memory.hpp,
// guest_memory.hpp), and here what the host itself does: its swap device, and reclaim. Which pages
// are reclaimed when is decided in sim/host.
//
// A value: copying it copies everything but who watches it (watcher.hpp).
#pragma once
#include <cstdint>
#include <vector>

#include "sim/mem/guest_memory.hpp"

namespace ksmsim::mem {

class HostMemory : public GuestMemory {
 public:
  explicit HostMemory(MemoryRules rules = {}) : GuestMemory(rules) {}

  // ---- The swap device.
  // It has room for so many pages; without limit at first. Pages stay where they are when it is
  // full.
  void set_swap_size(std::int64_t pages) { swap_.set_size(pages); }
  // Whether pages that go to swap stay in the swap cache until written() (false at first: they
  // leave at once).
  void set_slow_swap(bool slow) { swap_.set_slow(slow); }
  // Pages that began to leave since the last call.
  std::vector<LeavingPage> take_leaving() { return swap_.take_leaving(); }
  // The page is on the device; nothing if it has come back meanwhile.
  void written(const LeavingPage& page);
  // Pages on their way to the device that nobody maps: in use until they are written.
  std::int64_t leaving_pages() const { return swap_.leaving(); }

  // ---- Reclaim.
  // Of everything: pages leave all sites that the kernel finds, and the swap cache, where they stay
  // if a site is left.
  void swap_out_all(const Finds& finds);
  // The page goes to swap from all sites that map it. REQUIRES: these are they; none is pinned or
  // part of a huge page; there is room in swap.
  void reclaim(const std::vector<SiteId>& mappers);
  // Pages that are on the device and that nobody maps leave the swap cache, at most so many.
  // Returns how many did.
  std::int64_t drop_swap_cache(std::int64_t pages);

 private:
  void split_broken_huge_pages();
};

}  // namespace ksmsim::mem
