// The page tables of all address spaces: which regions there are, and one word for each site that
// says what it maps. What the numbers in the words stand for (frames, slots of swap) is in
// sites.hpp.
//
// Words: a *site* is one page of one address space.
//
// Invariants, tested by Sites::check_invariants():
//   (1) A block's bits say what its words are; `used` is the number of sites that are not absent.
//   (2) comparable() and Block::mergeable follow from the regions.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/chunked_vector.hpp"
#include "sim/base/ids.hpp"
#include "sim/mem/address_space.hpp"
#include "sim/mem/frame.hpp"
#include "sim/mem/watcher.hpp"

namespace ksmsim::mem {

// A page that ksmd meets, and how it was found.
struct Met {
  PageIndex page;
  SiteId site;
  bool found = false;        // Otherwise there is none, and page and site mean nothing.
  std::uint64_t passed = 0;  // Entries of page tables, of all levels, passed on the way.
};

class PageTables {
 public:
  // ---- Address spaces. REQUIRES here and below: valid numbers.
  const AddressSpace& space(MmId mm) const { return spaces_[mm.value]; }
  std::size_t spaces() const { return spaces_.size(); }
  std::size_t living_spaces() const { return living_spaces_; }
  ClassId class_of(SiteId site) const;

  // ---- Blocks and sites.
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
  // The first page of [from, end) that is there for ksmd to meet.
  Met next_met(MmId mm, PageIndex from, PageIndex end) const;
  // Whether any page of [start, end) has been there lately: a block of it has not been freed.
  bool was_touched(MmId mm, PageIndex start, PageIndex end) const;
  // Whether a page of the block was touched since the last call.
  bool take_referenced(std::uint32_t block) {
    return std::exchange(blocks_[block].referenced, false);
  }
  bool is_referenced(std::uint32_t block) const { return blocks_[block].referenced; }
  // Frees blocks of the address space that hold no page and for which in_use(block) is false.
  template <class InUse>
  void release_blocks(MmId mm, InUse in_use);

  // ---- What a site maps.
  Mapping mapping(SiteId site) const;
  // Whether the site has a page: its own or a frame.
  bool has_page(SiteId site) const { return block_of(site).anonymous.test(in_block(site)); }
  // REQUIRES: has_page(site).
  bool owns_page(SiteId site) const { return block_of(site).own.test(in_block(site)); }
  // kOwnPage or a frame. REQUIRES: has_page(site).
  Mapping mapped_page(SiteId site) const {
    return owns_page(site) ? kOwnPage : Mapping{static_cast<std::uint32_t>(words_[site.value])};
  }
  bool is_mergeable(SiteId site) const {
    const Block& b = block_of(site);
    if (b.mergeable != BlockMergeable::some) return b.mergeable == BlockMergeable::all;
    return spaces_[b.mm.value].mergeable(page_of(site));
  }
  // What a search in the unstable tree asks at every step: the content, if the site has a page of
  // its own in a mergeable region. Nothing decides: ask the functions around.
  const std::uint64_t* comparable(SiteId site) const {
    const bool yes = comparable_[site.value / kBlockPages].test(in_block(site));
    return yes ? &words_[site.value] : nullptr;
  }
  void prefetch(SiteId site) const { __builtin_prefetch(&words_[site.value]); }
  // Something is known of a page of its own: another holds it, too; it is mapped read-only, where
  // the rules ask (memory_rules.hpp).
  bool is_pinned(SiteId site) const;
  bool is_read_only(SiteId site) const;
  // Whether the page is part of a huge page; and whether two are parts of the same one.
  bool is_huge(SiteId site) const { return huge_page_of(site) != kNoHugePage; }
  bool in_one_huge_page(SiteId a, SiteId b) const {
    return is_huge(a) && huge_page_of(a) == huge_page_of(b);
  }

  // ---- Who follows the changes (watcher.hpp); nobody at first, and nobody in a copy.
  void set_watcher(Watcher* watcher) { watcher_.set(watcher); }

 protected:
  PageTables() = default;

  static std::uint32_t in_block(SiteId site) { return site.value % kBlockPages; }
  const Block& block_of(SiteId site) const { return blocks_[site.value / kBlockPages]; }
  Block& block_of(SiteId site) { return blocks_[site.value / kBlockPages]; }
  AddressSpace& living(MmId mm);
  MmId new_space();
  void end_space(AddressSpace& space);
  // A block of an address space, made; it is not in the space's list yet.
  std::uint32_t new_block(MmId mm, std::uint64_t number);
  SiteId site_of(AddressSpace& space, MmId mm, PageIndex page);  // Made if it is not there.
  // Makes [start, end) mergeable or not, or takes it out of the address space (nullopt).
  void set_regions(MmId mm, PageIndex start, PageIndex end, std::optional<Mergeable> mergeable);
  // The child has the regions of its parent.
  void copy_regions(const AddressSpace& parent, MmId child);
  void note_mergeable(const AddressSpace& space, std::uint32_t number);
  void note_comparable(SiteId site);
  void note_touched(SiteId site) {
    Block& block = block_of(site);
    block.touched = true;
    block.referenced = true;
  }
  // A page of its own is mapped writable from now on.
  void note_writable(SiteId site);
  BlockExtras& extras_of(Block& block);  // Made if it has none.
  std::uint32_t huge_page_of(SiteId site) const;
  bool is_whole_huge_page(const Block& block) const;
  NumaNode policy_of(SiteId site) const;  // Where a new page of the site comes from.
  std::uint32_t slot_in(SiteId site) const {
    return static_cast<std::uint32_t>(words_[site.value]) - kSwapped.value;
  }
  template <class Action>
  void for_each_present(MmId mm, PageIndex start, PageIndex end, Action action);

  static constexpr std::uint32_t kNoBlock = ~std::uint32_t{0};

  std::vector<AddressSpace> spaces_;  // By MmId; ended ones stay, empty.
  ChunkedVector<Block, 256> blocks_;
  ChunkedVector<BlockBits, 1024> comparable_;  // By block; see comparable().
  // By SiteId: the content of an own page, the number of a frame, or (without a page) what is
  // special: below kSwapped a Mapping, from there on a slot.
  ChunkedVector<std::uint64_t> words_;
  ChunkedVector<BlockExtras, 16> extras_;
  WatcherSlot watcher_;

 private:
  std::uint32_t free_block_ = kNoBlock;
  std::uint32_t free_extras_ = kNoBlockExtras;
  std::uint64_t used_blocks_ = 0;
  std::size_t living_spaces_ = 0;
};

template <class InUse>
void PageTables::release_blocks(MmId mm, InUse in_use) {
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
void PageTables::for_each_present(MmId mm, PageIndex start, PageIndex end, Action action) {
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
