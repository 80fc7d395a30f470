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

// 512 pages of one address space, from page number * 512 on.
struct Block {
  MmId mm;
  std::uint32_t used = 0;    // Sites that are not absent.
  std::uint64_t number = 0;  // Page index / 512; of a free block: the next free one.
  BlockBits anonymous;       // Sites that map a frame: what ksmd can meet.
};

// Where a block of an address space is in the table of all blocks.
struct BlockRef {
  std::uint64_t number = 0;
  std::uint32_t block = 0;
};

struct AddressSpace {
  ExtentMap<Mergeable> regions;  // What is mapped, and whether VM_MERGEABLE is set there.
  ExtentMap<ClassId> classes;    // What pages are, since they were last written.
  std::vector<BlockRef> blocks;  // Ascending by number.
  std::int64_t ksm_zero_pages = 0;
  bool living = false;
  bool merge_any = false;  // Process-wide opt-in: new regions are mergeable.

  // The first block at or above a number, as an index of `blocks`.
  std::size_t block_at_or_after(std::uint64_t number) const;
  bool mergeable(PageIndex page) const {
    const Mergeable* m = regions.find(page);
    return m != nullptr && *m == Mergeable::yes;
  }
  bool has_mergeable_region() const;
};

}  // namespace ksmsim::mem
