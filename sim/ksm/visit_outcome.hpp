// What became of one visited page: one outcome each, so outcomes sum to pages_scanned.
#pragma once
#include <array>
#include <cstdint>

namespace ksmsim::ksm {

enum class VisitOutcome : std::uint8_t {
  still_merged,      // A KSM page whose item was on its node already.
  checksum_changed,  // Seen for the first time, written since the last visit, or (2.6.32) alone.
  zero_page,         // Merged with the kernel's page of zeros.
  joined,            // Merged with a KSM page.
  paired,            // Became a KSM page together with its equal from the unstable tree.
  unshared,          // No equal: inserted into the unstable tree.
  gave_up,           // The search met a page that was gone, or the page's own twin.
  merge_failed
};
inline constexpr std::array<const char*, 8> kVisitOutcomeNames{
    "still_merged", "checksum_changed", "zero_page", "joined",
    "paired",       "unshared",         "gave_up",   "merge_failed"};

// How many visits had which outcome, by VisitOutcome.
using VisitOutcomes = std::array<std::uint64_t, kVisitOutcomeNames.size()>;

}  // namespace ksmsim::ksm
