// Memory as guests see it: what they do with their address spaces. REQUIRES for all of it:
// OperationChecker accepts it.
#pragma once
#include <cstdint>
#include <functional>

#include "sim/mem/ksm_memory.hpp"

namespace ksmsim::mem {

// Whether the kernel, coming from a KSM page, finds that this site maps it (only KSM knows: it goes
// by the items of the page's stable node).
using Finds = std::function<bool(SiteId)>;

class GuestMemory : public KsmMemory {
 public:
  // ---- Address spaces.
  // A new address space, the next in number.
  MmId begin() { return new_space(); }
  // A copy of `parent` that maps the same pages, the next in number.
  MmId fork(MmId parent);
  // Unmaps everything. Blocks stay, since ksmd may still hold items there, until
  // release_blocks().
  void end(MmId mm);
  void map(MmId mm, PageIndex start, PageCount count, Mergeable mergeable);
  void unmap(MmId mm, PageIndex start, PageCount count);
  // Sets or clears VM_MERGEABLE; clearing breaks sharing in the range at once.
  void advise(MmId mm, PageIndex start, PageCount count, Mergeable mergeable);
  // Process-wide opt-in: all regions and later ones. Out: as advise `no` on everything. Nothing
  // if it is so already (6.18, live): what was advised region by region since then stays.
  void opt_in(MmId mm);
  void opt_out(MmId mm);

  // ---- Pages.
  // Writes a whole page: makes it present, breaks sharing.
  void write(MmId mm, PageIndex page, std::uint64_t content);
  // What the pages of a range are from now on.
  void set_class(MmId mm, PageIndex start, PageCount count, ClassId page_class);
  // Reads: what is in swap comes back; a page that is not there maps the kernel's page of zeros.
  void read(MmId mm, PageIndex start, PageCount count);
  void discard(MmId mm, PageIndex start, PageCount count);

  // ---- Swap (guest_memory_swap.cpp).
  // MADV_PAGEOUT: pages of the range that are mapped nowhere else.
  void swap_out(MmId mm, PageIndex start, PageCount count, const Finds& finds);
  // Pages of the range that are in swap come back.
  void swap_in(MmId mm, PageIndex start, PageCount count);

  // ---- Huge pages and pins (guest_memory_huge.cpp).
  enum class CollapsedBy : std::uint8_t { advice, khugepaged };
  // Every block within the range that the kernel would collapse becomes one huge page.
  void collapse(MmId mm, PageIndex start, PageCount count, CollapsedBy by);
  // Huge pages that the range touches become small ones.
  void split(MmId mm, PageIndex start, PageCount count);
  // Pages of the range become the site's own and are held from outside, or are let go.
  void pin(MmId mm, PageIndex start, PageCount count, bool pinned);

  // ---- NUMA (guest_memory_nodes.cpp).
  // Pages of the range that are made from now on come from this node.
  void set_node(MmId mm, PageIndex start, PageCount count, NumaNode node);
  // Present pages move, with all that share them, if the kernel finds all mappings. Pinned ones
  // stay.
  void move(MmId mm, PageIndex start, PageCount count, NumaNode node, const Finds& finds);

 protected:
  explicit GuestMemory(MemoryRules rules) : KsmMemory(rules) {}

  // The site's page goes to swap; page_out_and_leave: and leaves the swap cache if nobody maps it.
  // REQUIRES: it has one that is not pinned.
  void page_out(SiteId site);
  void page_out_and_leave(SiteId site);
  // A page that nobody maps leaves the swap cache: at once, or when the device has written it.
  void begin_leaving(FrameId frame);

 private:
  void fork_block(AddressSpace& child, MmId mm, BlockRef from);
  void fault_in(SiteId site);
  std::uint32_t new_slot(std::uint64_t content);
  std::uint32_t slot_for(FrameId frame);
  bool is_sole_user(FrameId frame) const;
  bool is_shared_huge_page(SiteId site) const;
  bool has_page_twice(std::uint32_t block) const;
  NumaNode node_for_huge_page(std::uint32_t block) const;
  bool may_collapse(std::uint32_t block, CollapsedBy by) const;
};

}  // namespace ksmsim::mem
