// The truth: what every site of every address space holds, and which pages are in use, whatever
// KSM believes of it. Copy-on-write, fork, unmerging, NUMA nodes, swap, huge pages; no policy and
// no clock.
//
// Words: a *site* is one page of one address space. A site has a page of its *own*, or maps a
// *frame* together with others (frame.hpp), or something special. Pages and frames are *ordinary*
// or *KSM pages*; the latter are always frames.
//
// Invariants, tested by check_invariants():
//   (1) A frame's `mappings` is the number of sites that map it; a frame with none is free or in
//       the swap cache.
//   (2) A slot's `owners` is the number of sites that have it; a slot with none is free.
//   (3) A block's bits say what its words are; `used` is the number of sites that are not absent.
//   (4) Totals and per-space zero pages are the sums of what sites map.
//
// A value: copying it copies everything.
#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/chunked_vector.hpp"
#include "sim/base/ids.hpp"
#include "sim/mem/address_space.hpp"
#include "sim/mem/frame.hpp"
#include "sim/mem/memory_rules.hpp"
#include "sim/mem/totals.hpp"

namespace ksmsim::mem {

// A page that ksmd meets, and how it was found.
struct Met {
  PageIndex page;
  SiteId site;
  bool found = false;        // Otherwise there is none, and page and site mean nothing.
  std::uint64_t passed = 0;  // Entries of page tables, of all levels, passed on the way.
};

// Whether the kernel, coming from a KSM page, finds that this site maps it (only KSM knows: it goes
// by the items of the page's stable node).
using Finds = std::function<bool(SiteId)>;

class HostMemory {
 public:
  explicit HostMemory(MemoryRules rules = {});

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
  // Reads: what is in swap comes back; a page that is not there maps the kernel's page of zeros.
  void read(MmId mm, PageIndex start, PageCount count);
  void discard(MmId mm, PageIndex start, PageCount count);

  // ---- NUMA (host_memory_nodes.cpp).
  // Pages of the range that are made from now on come from this node.
  void set_node(MmId mm, PageIndex start, PageCount count, NumaNode node);
  // Present pages move, with all that share them, if the kernel finds all mappings. Pinned ones
  // stay.
  void move(MmId mm, PageIndex start, PageCount count, NumaNode node, const Finds& finds);

  // ---- Swap (host_memory_swap.cpp).
  // MADV_PAGEOUT: pages of the range that are mapped nowhere else.
  void swap_out(MmId mm, PageIndex start, PageCount count, const Finds& finds);
  // Reclaim of everything: pages leave all sites that the kernel finds, and the swap cache, where
  // they stay if a site is left.
  void swap_out_all(const Finds& finds);
  // Pages of the range that are in swap come back.
  void swap_in(MmId mm, PageIndex start, PageCount count);
  // Whether pages that go to swap stay in the swap cache until written() (false at first: they
  // leave at once).
  void set_slow_swap(bool slow) { slow_swap_ = slow; }
  // Pages that began to leave since the last call.
  std::vector<LeavingPage> take_leaving() { return std::exchange(leaving_, {}); }
  // The page is on the device; nothing if it has come back meanwhile.
  void written(const LeavingPage& page);
  // The device has room for so many pages; without limit at first. Pages stay where they are when
  // it is full.
  void set_swap_size(std::int64_t pages) { swap_size_ = pages; }
  bool swap_is_full() const { return totals_.swap_slots >= swap_size_; }
  // While run is 2 KSM pages in the swap cache are copied instead of mapped.
  void set_unmerging(bool unmerging) { unmerging_ = unmerging; }

  // ---- Reclaim (host_memory_reclaim.cpp).
  // Whether a page of the block was touched since the last call.
  bool take_referenced(std::uint32_t block) {
    return std::exchange(blocks_[block].referenced, false);
  }
  bool is_referenced(std::uint32_t block) const { return blocks_[block].referenced; }
  // All sites that map the site's page. REQUIRES: it has one, and that is not a KSM page.
  std::vector<SiteId> mappers(SiteId site) const;
  // The page goes to swap from all sites that map it. REQUIRES: these are they; none is pinned or
  // part of a huge page; there is room in swap.
  void reclaim(const std::vector<SiteId>& mappers);
  // Pages that are on the device and that nobody maps leave the swap cache, at most so many.
  // Returns how many did.
  std::int64_t drop_swap_cache(std::int64_t pages);
  // Pages on their way to the device that nobody maps: in use until they are written.
  std::int64_t leaving_pages() const { return static_cast<std::int64_t>(tickets_.size()); }

  // ---- Huge pages and pins (host_memory_huge.cpp).
  enum class CollapsedBy : std::uint8_t { advice, khugepaged };
  // Every block within the range that the kernel would collapse becomes one huge page.
  void collapse(MmId mm, PageIndex start, PageCount count, CollapsedBy by);
  // Huge pages that the range touches become small ones.
  void split(MmId mm, PageIndex start, PageCount count);
  // Pages of the range become the site's own and are held from outside, or are let go.
  void pin(MmId mm, PageIndex start, PageCount count, bool pinned);

  // ---- Looking. REQUIRES: valid numbers.
  const AddressSpace& space(MmId mm) const { return spaces_[mm.value]; }
  std::size_t spaces() const { return spaces_.size(); }
  std::size_t living_spaces() const { return living_spaces_; }
  std::size_t site_slots() const { return words_.size(); }
  // Of them, those in blocks that are in use.
  std::uint64_t used_slots() const { return used_blocks_ * kBlockPages; }
  const Block& block(std::uint32_t block) const { return blocks_[block]; }
  MmId mm_of(SiteId site) const { return block_of(site).mm; }
  PageIndex page_of(SiteId site) const {
    return PageIndex{block_of(site).number * kBlockPages + in_block(site)};
  }
  // The site of a page, if its block is there.
  std::optional<SiteId> find_site(MmId mm, PageIndex page) const;
  Mapping mapping(SiteId site) const;
  // Whether the site has a page: its own or a frame.
  bool has_page(SiteId site) const { return block_of(site).anonymous.test(in_block(site)); }
  // REQUIRES for these: has_page(site). mapped_page: kOwnPage or a frame.
  Mapping mapped_page(SiteId site) const {
    return owns_page(site) ? kOwnPage : Mapping{static_cast<std::uint32_t>(words_[site.value])};
  }
  bool owns_page(SiteId site) const { return block_of(site).own.test(in_block(site)); }
  std::uint64_t content(SiteId site) const {
    const std::uint64_t word = words_[site.value];
    return owns_page(site) ? word : frames_[word].content;
  }
  bool is_ksm(SiteId site) const {
    return !owns_page(site) && frames_[words_[site.value]].is_ksm();
  }
  NumaNode node_of(SiteId site) const;
  bool is_pinned(SiteId site) const;
  // Whether a page of its own is not mapped writable, where the rules ask (memory_rules.hpp).
  bool is_read_only(SiteId site) const;
  // Whether the page is part of a huge page; and whether two are parts of the same one.
  bool is_huge(SiteId site) const { return huge_page_of(site) != kNoHugePage; }
  bool in_one_huge_page(SiteId a, SiteId b) const {
    return is_huge(a) && huge_page_of(a) == huge_page_of(b);
  }

  // Whether the page is part of a huge page that a pin keeps whole.
  bool is_in_held_huge_page(SiteId site) const {
    return is_huge(site) && is_held(huge_page_of(site));
  }
  // What a site has in swap. REQUIRES: mapping(site) == kSwapped.
  std::uint64_t swapped_content(SiteId site) const {
    return slots_[static_cast<std::uint32_t>(words_[site.value]) - kSwapped.value].content;
  }

  // What a search in the unstable tree asks at every step: the content, if the site has a page of
  // its own in a mergeable region. Nothing decides: ask the functions around.
  void prefetch(SiteId site) const { __builtin_prefetch(&words_[site.value]); }
  void prefetch(FrameId frame) const { __builtin_prefetch(&frames_[frame.value]); }
  const std::uint64_t* comparable(SiteId site) const {
    const bool yes = comparable_[site.value / kBlockPages].test(in_block(site));
    return yes ? &words_[site.value] : nullptr;
  }
  bool is_mergeable(SiteId site) const {
    const Block& b = block_of(site);
    if (b.mergeable != BlockMergeable::some) return b.mergeable == BlockMergeable::all;
    return spaces_[b.mm.value].mergeable(page_of(site));
  }
  const Frame& frame(FrameId frame) const { return frames_[frame.value]; }
  NumaNode node_of(FrameId frame) const { return frames_[frame.value].node; }
  // Whether the frame is in use, if only as a page in the swap cache.
  bool is_in_use(FrameId frame) const {
    return frames_[frame.value].mappings > 0 || frames_[frame.value].in_swap_cache;
  }
  std::size_t frame_slots() const { return frames_.size(); }
  ClassId class_of(SiteId site) const;
  // The first page of [from, end) that is there for ksmd to meet.
  Met next_met(MmId mm, PageIndex from, PageIndex end) const;
  // Whether any page of [start, end) has been there lately: a block of it has not been freed.
  bool was_touched(MmId mm, PageIndex start, PageIndex end) const;
  const Totals& totals() const { return totals_; }

  // ---- What KSM does. REQUIRES: has_page(site).
  // The site's page becomes a KSM page in place, for all sites that map it, without an owner.
  FrameId make_ksm(SiteId site);
  // A new KSM page with the content of the site's page, mapped by nobody yet: keep it only across
  // the remap() that follows (2.6.32).
  FrameId new_ksm_page(SiteId like);
  // Gives a KSM page an owner; REQUIRES: mark >= kFirstOwner.
  void set_owner(FrameId frame, KsmMark mark);
  // Owned frames that are no longer in use, since forget_gone(): their numbers stay taken until
  // disown().
  const std::vector<FrameId>& gone() const { return gone_; }
  void forget_gone() { gone_.clear(); }
  // The owner lets go of the page, which may be gone already.
  void disown(FrameId frame);
  // The site maps `target` from now on.
  void remap(SiteId site, FrameId target);
  // The site maps the kernel's page of zeros from now on.
  void remap_to_zero_page(SiteId site);
  // Splits the huge page that the page is part of, if any. False: something holds it. Its pages of
  // zeros may be gone then, the site's as well.
  bool split_huge_page(SiteId site);
  // A KSM page or a page of zeros put there by KSM becomes a private copy; others stay. Nothing
  // for other pages.
  void break_sharing(SiteId site);
  // break_sharing for all pages of the mergeable regions of an address space.
  void break_sharing(MmId mm);

  // Frees blocks of the address space that hold no page and for which in_use(block) is false.
  template <class InUse>
  void release_blocks(MmId mm, InUse in_use);

  // Stops the program if an invariant does not hold; slow.
  void check_invariants() const;

 private:
  static std::uint32_t in_block(SiteId site) { return site.value % kBlockPages; }
  const Block& block_of(SiteId site) const { return blocks_[site.value / kBlockPages]; }
  Block& block_of(SiteId site) { return blocks_[site.value / kBlockPages]; }
  AddressSpace& living(MmId mm);

  std::uint32_t new_block(MmId mm, std::uint64_t number);
  SiteId site_of(AddressSpace& space, MmId mm, PageIndex page);  // Made if it is not there.
  void set_regions(MmId mm, PageIndex start, PageIndex end, std::optional<Mergeable> mergeable);
  void note_mergeable(const AddressSpace& space, std::uint32_t number);
  void note_comparable(SiteId site);
  BlockExtras& extras_of(Block& block);
  std::uint32_t huge_page_of(SiteId site) const;
  void leave_huge_page(SiteId site);
  void let_go_of_pinned(SiteId site);
  bool is_held(std::uint32_t huge_page) const;
  bool has_held_huge_page(std::uint32_t block) const {
    const std::uint32_t extras = blocks_[block].extras;
    return extras != kNoBlockExtras && !extras_[extras].huge.none() &&
           is_held(extras_[extras].huge_page);
  }
  bool is_whole_huge_page(const Block& block) const;
  bool is_shared_huge_page(SiteId site) const;
  bool has_page_twice(std::uint32_t block) const;
  NumaNode node_for_huge_page(std::uint32_t block) const;
  NumaNode policy_of(SiteId site) const;  // Where a new page of the site comes from.
  bool may_collapse(std::uint32_t block, CollapsedBy by) const;

  // What a site maps. REQUIRES for the put_*: it is absent.
  void drop(SiteId site);
  void put_special(SiteId site, Mapping special);
  void put_slot(SiteId site, std::uint32_t slot);
  void put_own(SiteId site, std::uint64_t content, NumaNode node);
  void note_touched(SiteId site) {
    Block& block = block_of(site);
    block.touched = true;
    block.referenced = true;
  }
  // A page of its own is mapped writable from now on.
  void note_writable(SiteId site);
  void put_frame(SiteId site, FrameId frame);
  // A new page of the site's own, from where its policy says. REQUIRES: it is absent.
  void make_page(SiteId site, std::uint64_t content);

  FrameId new_frame(std::uint64_t content, NumaNode node);
  void let_go(FrameId frame);   // Frees it if nobody has it.
  FrameId share(SiteId site);   // The site's own page as a frame.
  void take_back(SiteId site);  // The reverse. REQUIRES: nobody else has the frame.
  void uncache(FrameId frame);

  std::uint32_t new_slot(std::uint64_t content);
  std::uint32_t slot_of(FrameId frame);  // Made if it has none.
  void release_slot(std::uint32_t slot);
  void page_out(SiteId site);
  void page_out_and_leave(SiteId site);
  void begin_leaving(FrameId frame);
  void split_broken_huge_pages();
  void fault_in(SiteId site);
  bool is_sole_user(FrameId frame) const;
  bool is_reused(FrameId frame) const;

  void break_mergeable(MmId mm, PageIndex start, PageIndex end);
  template <class Action>
  void for_each_present(MmId mm, PageIndex start, PageIndex end, Action action);

  MemoryRules rules_;
  std::vector<AddressSpace> spaces_;  // By MmId; ended ones stay, empty.
  ChunkedVector<Block, 256> blocks_;
  ChunkedVector<BlockBits, 1024> comparable_;  // By block; see comparable().
  // By SiteId: the content of an own page, the number of a frame, or (without a page) what is
  // special: below kSwapped a Mapping, from there on a slot.
  ChunkedVector<std::uint64_t> words_;
  ChunkedVector<Frame> frames_;  // By FrameId; the first kFirstFrame are not used.
  ChunkedVector<SwapSlot, 1024> slots_;
  ChunkedVector<BlockExtras, 16> extras_;
  std::map<std::uint32_t, std::uint32_t> cached_in_;          // Frames in the swap cache: slots.
  std::map<std::uint32_t, std::vector<std::uint32_t>> huge_;  // Huge pages: blocks that map them.
  std::uint32_t next_huge_page_ = 0;
  std::uint32_t free_block_ = kNoBlock;
  std::vector<FrameId> gone_;
  std::uint32_t free_frame_ = 0;
  std::uint32_t free_slot_ = kNoSlot;
  std::uint32_t free_extras_ = kNoBlockExtras;
  std::uint64_t used_blocks_ = 0;
  std::size_t living_spaces_ = 0;
  bool unmerging_ = false;
  bool slow_swap_ = false;
  std::int64_t swap_size_ = std::numeric_limits<std::int64_t>::max();
  std::vector<LeavingPage> leaving_;
  std::map<std::uint32_t, std::uint64_t> tickets_;  // Of frames that are leaving.
  std::uint64_t next_ticket_ = 0;
  Totals totals_;

  static constexpr std::uint32_t kNoBlock = ~std::uint32_t{0};
  static constexpr std::uint32_t kNoSlot = ~std::uint32_t{0};
};

template <class InUse>
void HostMemory::release_blocks(MmId mm, InUse in_use) {
  auto& refs = spaces_[mm.value].blocks;
  std::erase_if(refs, [&](const BlockRef& ref) {
    Block& block = blocks_[ref.block];
    if (block.used != 0 || in_use(ref.block)) return false;
    if (block.extras != kNoBlockExtras) {
      extras_[block.extras] = BlockExtras{};
      extras_[block.extras].huge_page = free_extras_;
      free_extras_ = block.extras;
      block.extras = kNoBlockExtras;
    }
    block.number = free_block_;
    free_block_ = ref.block;
    --used_blocks_;
    return true;
  });
}

template <class Action>
void HostMemory::for_each_present(MmId mm, PageIndex start, PageIndex end, Action action) {
  const AddressSpace& space = spaces_[mm.value];
  for (std::size_t i = space.block_at_or_after(start.value / kBlockPages); i < space.blocks.size();
       ++i) {
    const std::uint64_t base = space.blocks[i].number * kBlockPages;
    if (base >= end.value) return;
    const Block& block = blocks_[space.blocks[i].block];
    const std::uint64_t first = std::max(base, start.value) - base;
    const std::uint64_t last = std::min(base + kBlockPages, end.value) - base;
    for (auto page = static_cast<std::uint32_t>(first); page < last; ++page) {
      const SiteId site{space.blocks[i].block * kBlockPages + page};
      if (block.anonymous.test(page) || words_[site.value] != 0) action(site);
    }
  }
}

}  // namespace ksmsim::mem
