// The unstable tree: pages that were unchanged since their last checksum and found no equal yet,
// ordered by what they held when they were inserted. It is emptied at the start of every pass.
//
// Its pages are not write-protected: they may change, move away or vanish under it. A comparison
// always uses what the page of a node holds *now*, so what a search finds depends on the shape of
// the tree.
//
// With merge_across_nodes 0 there is one for each NUMA node; a page is looked for in the tree of
// the node that it is on at that moment.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "sim/ksm/red_black_tree.hpp"
#include "sim/ksm/scan_context.hpp"

namespace ksmsim::ksm {

class UnstableTree {
 public:
  enum class Outcome : std::uint8_t { inserted, matched, gave_up };
  struct Found {
    Outcome outcome = Outcome::gave_up;
    SiteId partner{};  // If matched.
  };

  // Looks for a page of equal content; inserts the item if there is none. Gives up where a tree
  // node's page is gone, not mergeable any more, the very same page (a fork twin), or equal but on
  // another NUMA node by now.
  // REQUIRES: the item is in no tree; `pass` is the number of passes completed.
  Found find_or_insert(ScanContext& c, const ScannedPage& page, std::uint64_t pass);
  // Walks down for pages that are going to be searched for, side by side, and forgets what it saw:
  // only the processor's caches remember. Changes nothing.
  void warm_up(const ScanContext& c, std::span<const std::uint64_t> contents,
               std::uint8_t tree) const;
  // Pages of a tree.
  std::uint32_t size(std::uint8_t tree) const {
    return tree < trees_.size() ? trees_[tree].size : 0;
  }
  // Takes an item out. One left over from the last pass only loses its state: its links are dead.
  // REQUIRES: its state is unstable.
  void remove(ScanContext& c, SiteId site, std::uint64_t pass);
  // A pass begins: nothing is in the tree. Items that were keep their state.
  void clear() { trees_.clear(); }

 private:
  struct ItemAccess {
    RmapItems& items;
    RbLinks& links(std::uint32_t site) { return items[SiteId{site}].links; }
    RbColour colour(std::uint32_t site) const { return items[SiteId{site}].colour; }
    void set_colour(std::uint32_t site, RbColour c) { items[SiteId{site}].colour = c; }
  };

  RbTree& tree(std::uint8_t number) {
    if (number >= trees_.size()) trees_.resize(number + std::size_t{1});
    return trees_[number];
  }

  std::vector<RbTree> trees_;  // By NUMA node, or the one at 0.
};

}  // namespace ksmsim::ksm
