// Rmap items: what ksmd remembers of a page that it has met, one for each site at most.
//
// Items are kept in a table by site, so an item and its site find each other without links, and
// the list of an address space in ascending order is its page table read in order. An item exists
// if its bit in its block is set.
//
// Invariants: an item is in one place: none, the unstable tree of a pass (or left over from it),
// or one stable node. Its links mean what `state` says.
#pragma once
#include <cstdint>

#include "sim/base/chunked_vector.hpp"
#include "sim/base/ids.hpp"
#include "sim/ksm/known.hpp"
#include "sim/ksm/red_black_tree.hpp"
#include "sim/mem/page_tables.hpp"

namespace ksmsim::ksm {

// Where an item hangs on a stable node: the node, its neighbours in the list of sharers (sites).
struct SharerLinks {
  std::uint32_t node, next, previous;
};

struct RmapItem {
  std::uint32_t last_checksum = 0;  // Of the last time the page was checksummed; 0: never.
  std::uint8_t age = 0;             // Smart scan: meetings, saturating.
  std::uint8_t skips_left : 4 = 0;  // Smart scan; 8 at most.
  RmapState state : 2 = RmapState::none;
  RbColour colour : 1 = RbColour::red;  // Unstable.
  std::uint8_t stamp = 0;               // Unstable: low 8 bits of the pass of insertion.
  std::uint8_t tree = 0;                // Unstable: which tree (one for each NUMA node, or one).
  union {
    RbLinks links{};     // Unstable.
    SharerLinks sharer;  // Stable.
  };

  // Forgets what was learnt of the page, as in a new item.
  void forget() {
    last_checksum = 0;
    age = 0;
    skips_left = 0;
  }
};
static_assert(sizeof(RmapItem) == 20);

class RmapItems {
 public:
  RmapItem& operator[](SiteId site) { return items_[site.value]; }
  const RmapItem& operator[](SiteId site) const { return items_[site.value]; }
  bool exists(SiteId site) const {
    return site.value / mem::kBlockPages < blocks_.size() &&
           blocks_[site.value / mem::kBlockPages].items.test(site.value % mem::kBlockPages);
  }
  // Whether one of the block's pages [from, end) has an item. REQUIRES: from <= end <= kBlockPages.
  bool any_between(std::uint32_t block, std::uint32_t from, std::uint32_t end) const {
    return block < blocks_.size() && blocks_[block].items.next(from) < end;
  }
  bool any_in(std::uint32_t block) const {
    return block < blocks_.size() && !blocks_[block].items.none();
  }
  void prefetch(SiteId site) const { __builtin_prefetch(&items_[site.value]); }
  // Makes a fresh item. REQUIRES: there is none.
  void create(const mem::PageTables& memory, SiteId site);
  // Forgets an item. REQUIRES: it exists and is in no tree.
  void destroy(SiteId site);

  // The first item of an address space in pages [from, end).
  mem::Met next(const mem::PageTables& memory, MmId mm, PageIndex from, PageIndex end) const;

 private:
  struct BlockOfItems {
    mem::BlockBits items;
  };
  ChunkedVector<RmapItem> items_;            // By site.
  ChunkedVector<BlockOfItems, 256> blocks_;  // By block of sites.
};

}  // namespace ksmsim::ksm
