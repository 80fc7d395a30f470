// What the reference model keeps: pages, what sites hold, and KSM's records of both.
//
// Invariants:
//   (1) A page lives as long as a site maps it or the swap cache has it (shared_ptr). Its stable
//       node does not hold it (weak_ptr) and is not told of its end: such a node is stale until
//       somebody looks at it.
//   (2) A swap slot lives as long as a site is swapped out to it, and the swap cache has a page as
//       long as its slot lives. (In a kernel it may stay there longer, which nothing shows.)
//   (3) The items of an address space ascend by page. An item is in one place: nowhere, in (or left
//       over in) the unstable tree, or on one stable node.
//   (4) A stable node is in a stable tree, or one of the copies in a chain, which is in a tree, or
//       on the migrate list.
// Units: pages; page numbers are indices in an address space.
#pragma once
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <set>

#include "tests/reference/dull_tree.hpp"

namespace ksmsim::reference {

inline constexpr std::uint64_t kBlockPages = 512;  // Of a huge page.

struct StableNode;
struct Slot;

// What the pages of one huge page have in common, also when a process maps them one by one.
struct HugePage {};

// A physical page. It can be a KSM page without a node: the other mappings of a page whose merge
// was undone, and one that was only in the swap cache when all was unmerged.
struct Page {
  std::uint64_t content = 0;
  unsigned numa_node = 0;
  bool ksm = false;
  StableNode* node = nullptr;
  // If it is in the swap cache, where it came back or went out partly.
  std::weak_ptr<Slot> slot = {};
  // If it came back from swap: where to.
  std::uint64_t family = 0, at = 0;
  std::shared_ptr<const HugePage> huge = nullptr;  // That it is part of.
};
using PagePtr = std::shared_ptr<Page>;

// A place in swap. Each site that is out there holds it.
struct Slot {
  std::uint64_t content = 0;
  PagePtr cached = nullptr;  // If the swap cache has its page.
};

enum class Holds : std::uint8_t { page, swapped, kernel_zero, ksm_zero };
struct Site {
  Holds holds = Holds::page;
  PagePtr page = nullptr;                // If it holds a page.
  std::shared_ptr<Slot> slot = nullptr;  // If it is swapped.
  // Of the mapping: not only inherited; and without a copy or a fault at the next write.
  bool touched = true, writable = false;
};

struct Region {
  std::uint64_t end = 0;
  bool mergeable = false;
  unsigned numa_node = 0;  // That its new pages come from.
};

struct Mm;

enum class State : std::uint8_t { none, unstable, stable };
struct Item : TreeNode {
  Mm* mm = nullptr;
  std::uint64_t at = 0;
  std::uint32_t old_checksum = 0;
  unsigned age = 0, remaining_skips = 0;
  State state = State::none;
  std::int64_t pass = 0;       // If unstable: the pass of the tree that it was put in,
  unsigned tree = 0;           // and which tree.
  StableNode* head = nullptr;  // If stable.
};

// The node of a KSM page, or a chain: a list of nodes of equal pages.
struct StableNode : TreeNode {
  std::weak_ptr<Page> page;
  unsigned tree = 0;  // That it is in, itself or by its chain.
  bool migrating = false;
  std::list<Item*> items;
  bool is_chain = false;
  std::list<StableNode*> dups;  // Of a chain.
  StableNode* chain = nullptr;  // That this node is in.
  std::list<StableNode>::iterator self;
};

// The numbers of /proc/PID/ksm_stat.
struct MmStat {
  std::int64_t rmap_items = 0, zero_pages = 0, merging_pages = 0;
  bool operator==(const MmStat&) const = default;
};

struct Mm {
  std::map<std::uint64_t, Region> regions;  // By first page; disjoint.
  std::map<std::uint64_t, Site> sites;      // What is present or in swap.
  std::set<std::uint64_t> whole_blocks;     // Map a huge page in one: numbers of 512 pages.
  // Of the process's own, by page; also when that maps another page by now.
  std::multimap<std::uint64_t, PagePtr> pins;
  std::list<Item> items;
  bool registered = false, merge_any = false, exited = false;
  MmStat stat;
  std::shared_ptr<const Mm> parent;  // That it was forked from.
  std::uint64_t family = 0;          // The same for all that descend from one.
};

}  // namespace ksmsim::reference
