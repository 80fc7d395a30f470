// What the parts of the engine need while ksmd works or KSM is told of something: lent for one
// call, never kept, so that the engine stays a value that can be copied.
#pragma once
#include <cstdint>

#include "sim/cost/prices.hpp"
#include "sim/ksm/counters.hpp"
#include "sim/ksm/knobs.hpp"
#include "sim/ksm/mm_numbers.hpp"
#include "sim/ksm/rmap_items.hpp"
#include "sim/mem/ksm_memory.hpp"

namespace ksmsim::ksm {

// How many pages are looked up side by side, ahead of their visits, so that their cache misses
// overlap (measured: 8 is as good as 16).
inline constexpr std::size_t kWarmedUp = 8;

struct ScanContext {
  mem::KsmMemory& memory;
  RmapItems& items;
  Counters& counters;
  MmNumbers& numbers;
  const Knobs& knobs;
  const Traits& traits;
  cost::Meter& meter;
  std::uint64_t jiffies = 0;        // Now; chains are pruned by it.
  std::uint64_t prune_jiffies = 0;  // stable_node_chains_prune_millisecs in ticks.

  // The tree that pages of this node belong to: with merge_across_nodes 0 each node has its own.
  std::uint8_t tree_of(NumaNode node) const {
    return knobs.merge_across_nodes != 0 ? std::uint8_t{0} : node.value;
  }
  // REQUIRES: the site has a page.
  std::uint8_t tree_of(SiteId site) const {
    return knobs.merge_across_nodes != 0 ? std::uint8_t{0} : memory.node_of(site).value;
  }
};

// The page that is scanned, as it was when ksmd took hold of it: it can vanish from its site in the
// middle of a visit (a split of its huge page drops zeros), and ksmd goes on with it.
struct ScannedPage {
  SiteId site;
  mem::Mapping mapping;
  std::uint64_t content = 0;
  std::uint8_t tree = 0;
};

}  // namespace ksmsim::ksm
