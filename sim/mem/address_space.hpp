// One address space: which regions it has, which are mergeable, what its pages are, and its page
// table. The page table has two levels: blocks of 512 sites, made when a first page of theirs is
// there, so that large empty regions cost nothing. A block keeps its number for life, so a site
// number finds its address space and its page without a link of its own.
//
// Units: pages.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/chunked_vector.hpp"
#include "sim/base/extent_map.hpp"
#include "sim/base/ids.hpp"

namespace ksmsim::mem {

enum class Mergeable : std::uint8_t { no, yes };

inline constexpr std::uint32_t kBlockPages = 512;

// How many entries say that the blocks [from, to) are absent, in the levels of a page table above
// them: a table of any level has 512, and a table that is absent is one entry of the next level.
// REQUIRES: from <= to.
constexpr std::uint64_t absent_entries(std::uint64_t from, std::uint64_t to) {
  std::uint64_t entries = 0;
  while (from / kBlockPages < to / kBlockPages) {
    const std::uint64_t whole = (from + kBlockPages - 1) / kBlockPages;  // The next table begins.
    entries += whole * kBlockPages - from + to % kBlockPages;
    from = whole;
    to /= kBlockPages;
  }
  return entries + (to - from);
}

// One bit for each page of a block.
class BlockBits {
 public:
  bool test(std::uint32_t page) const { return (words_[page / 64] >> (page % 64)) & 1; }
  void set(std::uint32_t page) { words_[page / 64] |= std::uint64_t{1} << (page % 64); }
  void reset(std::uint32_t page) { words_[page / 64] &= ~(std::uint64_t{1} << (page % 64)); }
  bool none() const;
  // The first page at or above `from` whose bit is set, or kBlockPages.
  std::uint32_t next(std::uint32_t from) const;

 private:
  std::array<std::uint64_t, kBlockPages / 64> words_{};
};

// Whether the pages of a block lie in mergeable regions. Searches ask this at every step, so it is
// kept where a step looks anyway.
enum class BlockMergeable : std::uint8_t { none, some, all };

inline constexpr std::uint32_t kNoBlockExtras = ~std::uint32_t{0};
inline constexpr std::uint32_t kNoHugePage = ~std::uint32_t{0};

// 512 pages of one address space, from page number * 512 on: as many as a huge page has.
struct Block {
  MmId mm;
  std::uint32_t used = 0;                 // Sites that are not absent.
  std::uint64_t number = 0;               // Page index / 512; of a free block: the next free one.
  std::uint32_t extras = kNoBlockExtras;  // BlockExtras, where a page needs them.
  BlockMergeable mergeable = BlockMergeable::none;
  bool touched = false;     // A page was touched since a fork; khugepaged takes no other block.
  bool referenced = false;  // A page was touched since reclaim came by: it is spared once.
  BlockBits anonymous;      // Sites that map a page of their own or a frame: what ksmd can meet.
  BlockBits own;            // Of them, those with a page of their own.
};

// What few blocks need.
struct BlockExtras {
  std::array<NumaNode, kBlockPages> nodes{};  // Of pages that are a site's own.
  BlockBits pinned;                           // Own pages that something else holds, too.
  BlockBits read_only;                        // Own pages mapped so; only where that matters.
  BlockBits huge;                             // Sites that map their part of `huge_page`.
  BlockBits left_pinned;                      // Sites that have left it, but not their pin of it.
  std::uint32_t huge_page = kNoHugePage;      // Of a free one: the next free one.
};

// Where a block of an address space is in the table of all blocks.
struct BlockRef {
  std::uint64_t number = 0;
  std::uint32_t block = 0;
};

struct AddressSpace {
  ExtentMap<Mergeable> regions;  // What is mapped, and whether VM_MERGEABLE is set there.
  ExtentMap<ClassId> classes;    // What pages are, since they were last written.
  ExtentMap<NumaNode> nodes;     // Where new pages come from, if not from node 0.
  std::vector<BlockRef> blocks;  // Ascending by number.
  std::int64_t ksm_zero_pages = 0;
  MmId family;  // The first ancestor by fork; itself if there is none.
  MmId parent;  // By fork; itself if there is none.
  bool living = false;
  bool has_forked = false;  // Somebody began as its copy.
  bool merge_any = false;   // Process-wide opt-in: new regions are mergeable.

  // The first block at or above a number, as an index of `blocks`.
  std::size_t block_at_or_after(std::uint64_t number) const;
  bool mergeable(PageIndex page) const {
    const Mergeable* m = regions.find(page);
    return m != nullptr && *m == Mergeable::yes;
  }
  bool has_mergeable_region() const;
};

}  // namespace ksmsim::mem
