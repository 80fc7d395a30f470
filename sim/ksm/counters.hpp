// What /sys/kernel/mm/ksm shows, with the kernel's spelling. Counters are values that subtract.
//
// One list, for_each_field: print, difference, archive and plot all come from it. pages_volatile
// and general_profit are functions of the others, as in the kernel, and never stored.
// Units: pages, but for full_scans (passes), stable_node_chains and stable_node_dups (nodes).
#pragma once
#include <algorithm>
#include <cstdint>

#include "sim/base/fields.hpp"
#include "sim/base/ids.hpp"

namespace ksmsim::ksm {

// Bytes of one rmap item, as general_profit and ksm_process_profit count it (measured: slab of
// 6.18, x86-64). Stable nodes have the same size and are counted in no profit.
inline constexpr std::int64_t kRmapItemBytes = 64;

struct Counters {
  std::int64_t full_scans = 0;      // Passes; back to 0 by run 2.
  std::int64_t pages_scanned = 0;   // Pages handed to the decision; never reset.
  std::int64_t pages_shared = 0;    // Stable nodes with at least one sharer.
  std::int64_t pages_sharing = 0;   // Further sharers of them.
  std::int64_t pages_unshared = 0;  // Items in, or left over in, the unstable tree.
  std::int64_t pages_skipped = 0;   // Smart scan; never reset.
  // Sites that KSM mapped to the kernel's page of zeros, as the kernel counts them: below 0 where
  // it loses count at forks (6.6 to 6.16).
  std::int64_t ksm_zero_pages = 0;
  std::int64_t stable_node_chains = 0;  // Chain heads.
  std::int64_t stable_node_dups = 0;    // Stable nodes inside chains.
  std::int64_t rmap_items = 0;          // Not in sysfs by itself; the sum of all ksm_rmap_items.

  bool operator==(const Counters&) const = default;
};

template <Of<Counters> C, class F>
constexpr void for_each_field(C& counters, F&& f) {
  auto& [full_scans, pages_scanned, pages_shared, pages_sharing, pages_unshared, pages_skipped,
         ksm_zero_pages, stable_node_chains, stable_node_dups, rmap_items] = counters;
  f("full_scans", full_scans);
  f("pages_scanned", pages_scanned);
  f("pages_shared", pages_shared);
  f("pages_sharing", pages_sharing);
  f("pages_unshared", pages_unshared);
  f("pages_skipped", pages_skipped);
  f("ksm_zero_pages", ksm_zero_pages);
  f("stable_node_chains", stable_node_chains);
  f("stable_node_dups", stable_node_dups);
  f("rmap_items", rmap_items);
}

// Items in no tree: everything that is not shared, sharing or unshared.
constexpr std::int64_t pages_volatile(const Counters& c) {
  return std::max<std::int64_t>(0,
                                c.rmap_items - c.pages_shared - c.pages_sharing - c.pages_unshared);
}

// Bytes; may be negative. Ignores stable nodes, as the kernel does.
constexpr std::int64_t general_profit(const Counters& c) {
  return (c.pages_sharing + c.ksm_zero_pages) * static_cast<std::int64_t>(kPageBytes) -
         c.rmap_items * kRmapItemBytes;
}

// Calls f(name, value) for everything that can be shown: the fields, then what is derived.
template <class F>
constexpr void for_each_shown(const Counters& c, F&& f) {
  for_each_field(c, f);
  f("pages_volatile", pages_volatile(c));
  f("general_profit", general_profit(c));
}

}  // namespace ksmsim::ksm
