// Sums over all sites, pages and frames. Units: pages, unless said otherwise. Those behind
// huge_pages count events since the beginning.
#pragma once
#include <cstdint>

namespace ksmsim::mem {

struct Totals {
  std::int64_t present_sites = 0;   // Sites with a page, or a page of zeros put there by KSM.
  std::int64_t frames = 0;          // Pages that some site maps.
  std::int64_t fork_shared = 0;     // Further sites of ordinary frames: saved by fork, not by KSM.
  std::int64_t ksm_zero_pages = 0;  // Sites that map the page of zeros by KSM's doing.
  std::int64_t swapped_sites = 0;   // Sites whose page is in swap.
  std::int64_t swap_slots = 0;      // Pages in swap.
  std::int64_t swap_cached = 0;     // Pages that nobody maps, but that the swap cache holds.
  std::int64_t huge_pages = 0;      // Of 512 pages each.

  std::int64_t cow_ksm = 0;         // Copies of KSM pages (/proc/vmstat cow_ksm).
  std::int64_t ksm_swpin_copy = 0;  // Copies made at swap-in (/proc/vmstat ksm_swpin_copy).
  std::int64_t write_breaks = 0;    // Writes that ended a page's merging, zero pages included.
  std::int64_t unmerge_breaks = 0;  // The same by unmerging: advice, run 2, undone merges.
  std::int64_t huge_pages_split = 0;
  std::int64_t swap_ins = 0;   // Pages read back from the device (/proc/vmstat pswpin).
  std::int64_t swap_outs = 0;  // Pages given to it (pswpout).

  // Pages that KSM saves now, its own metadata not counted.
  std::int64_t saved() const { return present_sites - frames - fork_shared; }
  bool operator==(const Totals&) const = default;
};

}  // namespace ksmsim::mem
