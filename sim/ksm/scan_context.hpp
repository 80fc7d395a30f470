// What the parts of the engine need while ksmd works or KSM is told of something: lent for one
// call, never kept, so that the engine stays a value that can be copied.
#pragma once
#include <cstdint>

#include "sim/cost/prices.hpp"
#include "sim/ksm/counters.hpp"
#include "sim/ksm/knobs.hpp"
#include "sim/ksm/rmap_items.hpp"
#include "sim/mem/host_memory.hpp"

namespace ksmsim::ksm {

struct ScanContext {
  mem::HostMemory& memory;
  RmapItems& items;
  Counters& counters;
  const Knobs& knobs;
  cost::Meter& meter;
  std::uint64_t jiffies = 0;        // Now; chains are pruned by it.
  std::uint64_t prune_jiffies = 0;  // stable_node_chains_prune_millisecs in ticks.

  // The content of the frame at a site. REQUIRES: it maps one.
  std::uint64_t content(SiteId site) const { return memory.frame(memory.mapping(site)).content; }
};

}  // namespace ksmsim::ksm
