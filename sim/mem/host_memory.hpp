// The truth: what every site of every address space holds, and which frames are in use, whatever
// KSM believes of it. Copy-on-write, fork, unmerging; no policy and no clock. One NUMA node, no
// swap, no huge pages.
//
// Words: a *site* is one page of one address space; a *frame* is a physical page. A frame is
// *ordinary* (mapped by one site, or by several after a fork) or a *KSM page*.
//
// Invariants, tested by check_invariants():
//   (1) A frame's `mappings` is the number of sites that map it; a frame with none is free.
//   (2) A block's `anonymous` bits are its sites that map a frame; `used` those not absent.
//   (3) Totals and per-space zero pages are the sums of what sites map.
//
// A value: copying it copies everything.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/chunked_vector.hpp"
#include "sim/base/ids.hpp"
#include "sim/mem/address_space.hpp"
#include "sim/mem/frame.hpp"

namespace ksmsim::mem {

// Sums over all sites and frames. Units: pages; cow_ksm counts copies since the beginning.
struct Totals {
  std::int64_t present_sites = 0;   // Sites that map a frame or a page of zeros put there by KSM.
  std::int64_t frames = 0;          // Frames in use.
  std::int64_t fork_shared = 0;     // Further sites of ordinary frames: saved by fork, not by KSM.
  std::int64_t ksm_zero_pages = 0;  // Sites that map the page of zeros by KSM's doing.
  std::int64_t cow_ksm = 0;         // Copies of KSM pages (/proc/vmstat cow_ksm).
  std::int64_t write_breaks = 0;    // Writes that ended a page's merging, pages of zeros included.
  std::int64_t unmerge_breaks = 0;  // The same by unmerging: advice, run 2, undone merges.

  // Pages that KSM saves now, its own metadata not counted.
  std::int64_t saved() const { return present_sites - frames - fork_shared; }
  bool operator==(const Totals&) const = default;
};

// A page that ksmd meets, and how it was found.
struct Met {
  PageIndex page;
  SiteId site;
  bool found = false;        // Otherwise there is none, and page and site mean nothing.
  std::uint64_t passed = 0;  // Entries of blocks that were passed on the way.
};

class HostMemory {
 public:
  HostMemory();

  // ---- Guest operations. REQUIRES for all: OperationChecker accepts them.
  // A new address space, the next in number.
  MmId begin();
  // A copy of `parent` that maps the same pages, the next in number.
  MmId fork(MmId parent);
  // Unmaps everything. Blocks stay, since ksmd may still hold items there, until release().
  void end(MmId mm);
  void map(MmId mm, PageIndex start, PageCount count, Mergeable mergeable);
  void unmap(MmId mm, PageIndex start, PageCount count);
  // Sets or clears VM_MERGEABLE; clearing breaks sharing in the range at once.
  void advise(MmId mm, PageIndex start, PageCount count, Mergeable mergeable);
  // Process-wide opt-in: all regions and later ones. Out: as advise `no` on everything. Nothing
  // if it is so already (6.18, live): what was advised region by region since then stays.
  void opt_in(MmId mm);
  void opt_out(MmId mm);
  // Writes a whole page: makes it present, breaks sharing.
  void write(MmId mm, PageIndex page, std::uint64_t content);
  // What the pages of a range are from now on.
  void set_class(MmId mm, PageIndex start, PageCount count, ClassId page_class);
  // Reads: a page that is not there maps the kernel's page of zeros.
  void read(MmId mm, PageIndex start, PageCount count);
  void discard(MmId mm, PageIndex start, PageCount count);

  // ---- Looking. REQUIRES: valid numbers.
  const AddressSpace& space(MmId mm) const { return spaces_[mm.value]; }
  std::size_t spaces() const { return spaces_.size(); }
  std::size_t site_slots() const { return mappings_.size(); }
  // Of them, those in blocks that are in use.
  std::uint64_t used_slots() const { return used_blocks_ * kBlockPages; }
  Mapping mapping(SiteId site) const { return mappings_[site.value]; }
  const Frame& frame(FrameId frame) const { return frames_[frame.value]; }
  std::size_t frame_slots() const { return frames_.size(); }
  const Block& block(std::uint32_t block) const { return blocks_[block]; }
  MmId mm_of(SiteId site) const { return blocks_[site.value / kBlockPages].mm; }
  PageIndex page_of(SiteId site) const {
    return PageIndex{blocks_[site.value / kBlockPages].number * kBlockPages +
                     site.value % kBlockPages};
  }
  ClassId class_of(SiteId site) const;
  // The first page of [from, end) that maps a frame.
  Met next_met(MmId mm, PageIndex from, PageIndex end) const;
  const Totals& totals() const { return totals_; }

  // ---- What KSM does. REQUIRES: the site maps a frame.
  // The site's frame becomes a KSM page in place, for all sites that map it, without an owner.
  void make_ksm(FrameId frame);
  // Gives a KSM page an owner (or takes it away with kUnowned).
  void set_mark(FrameId frame, KsmMark mark);
  // The site maps `target` from now on.
  void remap(SiteId site, FrameId target);
  // The site maps the kernel's page of zeros from now on, marked as KSM's.
  void remap_to_zero_page(SiteId site);
  // A KSM page or a page of zeros put there by KSM becomes a private copy; others stay.
  void break_sharing(SiteId site);
  // break_sharing for all pages of the mergeable regions of an address space.
  void break_sharing(MmId mm);

  // Frees blocks of the address space that hold no page and for which in_use(block) is false.
  template <class InUse>
  void release_blocks(MmId mm, InUse in_use);

  // Stops the program if an invariant does not hold; slow.
  void check_invariants() const;

 private:
  AddressSpace& living(MmId mm);
  std::uint32_t new_block(MmId mm, std::uint64_t number);
  SiteId site_of(AddressSpace& space, MmId mm, PageIndex page);  // Made if it is not there.
  FrameId new_frame(std::uint64_t content);
  void point(SiteId site, Mapping to);  // Bits and numbers of the block; neither frames nor totals.
  void drop(SiteId site);               // Unmaps what the site maps.
  void take(SiteId site, FrameId frame);  // Maps a frame at a site that maps nothing.
  void break_mergeable(MmId mm, PageIndex start, PageIndex end);
  template <class Action>
  void for_each_present(MmId mm, PageIndex start, PageIndex end, Action action);

  std::vector<AddressSpace> spaces_;  // By MmId; ended ones stay, empty.
  ChunkedVector<Block, 256> blocks_;
  ChunkedVector<Mapping> mappings_;  // By SiteId.
  ChunkedVector<Frame> frames_;      // By FrameId; the first kFirstFrame are not used.
  std::uint32_t free_block_ = kNoBlock;
  std::uint32_t free_frame_ = 0;
  std::uint64_t used_blocks_ = 0;
  Totals totals_;

  static constexpr std::uint32_t kNoBlock = ~std::uint32_t{0};
};

template <class InUse>
void HostMemory::release_blocks(MmId mm, InUse in_use) {
  auto& refs = spaces_[mm.value].blocks;
  std::erase_if(refs, [&](const BlockRef& ref) {
    if (blocks_[ref.block].used != 0 || in_use(ref.block)) return false;
    blocks_[ref.block].number = free_block_;
    free_block_ = ref.block;
    --used_blocks_;
    return true;
  });
}

}  // namespace ksmsim::mem
