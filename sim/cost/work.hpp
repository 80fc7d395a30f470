// What ksmd did, counted in units that have a price each.
//
// The price of a visit depends on its outcome, on the sizes of the trees and on the class of the
// scanned page, never on the path that a search took: a search is counted as the depth of a
// balanced tree of that size, constant between powers of two. So many visits with one outcome can
// be priced in one sum. Only chains are counted as they are walked: how many of its pages a search
// looks at depends on how full they are, and can be any number.
//
// One list, for_each_unit: counting, pricing, fitting, archiving and printing come from it.
#pragma once
#include <bit>
#include <cstdint>

namespace ksmsim::cost {

// The same members as counts (Work) and as picoseconds for each (Prices).
struct Units {
  std::uint64_t batches = 0;         // Wake-ups with a batch.
  std::uint64_t visits = 0;          // Pages handed to the decision.
  std::uint64_t items_created = 0;   // Rmap items.
  std::uint64_t items_freed = 0;     //
  std::uint64_t checksums = 0;       // Pages read whole for their checksum.
  std::uint64_t stable_steps = 0;    // Depth of the stable tree, summed over its searches.
  std::uint64_t unstable_steps = 0;  // Depth of the unstable tree, summed over its searches.
  std::uint64_t far_steps = 0;       // Of both, the steps below a level that caches hold.
  std::uint64_t chain_steps = 0;     // Pages of chains looked at on the way of searches.
  std::uint64_t agreed_bytes = 0;    // Bytes that compared equal before the first difference.
  std::uint64_t unstable_inserts = 0;
  std::uint64_t merges = 0;      // Sites pointed at another KSM page.
  std::uint64_t ksm_pages = 0;   // Pages made KSM pages.
  std::uint64_t zero_pages = 0;  // Sites pointed at the page of zeros.
  std::uint64_t skips = 0;       // Pages that smart scan passed over.
  std::uint64_t stale_nodes = 0;
  std::uint64_t walked = 0;   // Page-table entries passed that held no page to meet.
  std::uint64_t lookups = 0;  // Absent pages looked up address by address (kernels that do so).

  bool operator==(const Units&) const = default;
};

using Work = Units;
using Prices = Units;  // Picoseconds for each unit.

// Calls f(name, member pointer) for every unit, in the order of the struct.
template <class F>
void for_each_unit(F&& f) {
  f("batches", &Units::batches);
  f("visits", &Units::visits);
  f("items_created", &Units::items_created);
  f("items_freed", &Units::items_freed);
  f("checksums", &Units::checksums);
  f("stable_steps", &Units::stable_steps);
  f("unstable_steps", &Units::unstable_steps);
  f("far_steps", &Units::far_steps);
  f("chain_steps", &Units::chain_steps);
  f("agreed_bytes", &Units::agreed_bytes);
  f("unstable_inserts", &Units::unstable_inserts);
  f("merges", &Units::merges);
  f("ksm_pages", &Units::ksm_pages);
  f("zero_pages", &Units::zero_pages);
  f("skips", &Units::skips);
  f("stale_nodes", &Units::stale_nodes);
  f("walked", &Units::walked);
  f("lookups", &Units::lookups);
}

// Levels of a balanced tree of so many nodes: 0, 1, 2, 2, 3, 3, 3, 3, 4 …
constexpr std::uint64_t depth(std::uint64_t nodes) {
  return static_cast<std::uint64_t>(std::bit_width(nodes));
}

}  // namespace ksmsim::cost
