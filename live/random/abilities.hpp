// What scripts may need of a machine beyond KSM itself.
#pragma once

namespace ksmsim::live::random {

// Of a machine: what it has. Of a family of scripts: what it needs.
struct Abilities {
  bool huge_pages = false;  // Transparent huge pages, khugepaged, MADV_COLLAPSE.
  bool pins = false;        // Pages can be pinned (io_uring).
  bool nodes = false;       // Two NUMA nodes or more.
  bool swap = false;        // On a RAM disk; single pages come back alone.
  bool reclaim = false;     // All pages of a process can be sent to swap (memory.reclaim).

  bool cover(const Abilities& needs) const {
    return (huge_pages || !needs.huge_pages) && (pins || !needs.pins) && (nodes || !needs.nodes) &&
           (swap || !needs.swap) && (reclaim || !needs.reclaim);
  }
};

inline constexpr Abilities kAllAbilities{
    .huge_pages = true, .pins = true, .nodes = true, .swap = true, .reclaim = true};

}  // namespace ksmsim::live::random
