// What kernels do differently with memory that KSM has merged; chosen by the traits of a kernel.
#pragma once
#include <cstdint>

namespace ksmsim::mem {

// A write to a KSM page that one site alone maps: always a copy, or the page is used on as an
// ordinary one (5.1 to 5.8).
enum class SoleKsmWrite : std::uint8_t { copied, reused };
// Pages of zeros put there by KSM: marked and counted, so that they can be unmerged (since 6.6), or
// like any other mapping of the kernel's page of zeros (the truth knows them all the same).
enum class KsmZeroPages : std::uint8_t { uncounted, counted };
// Whether KSM pages can go to swap (since 2.6.33).
enum class KsmSwap : std::uint8_t { never, possible };

// What becomes of the pages of a huge page that hold zeros when it is split: mapped to the kernel's
// page of zeros in every process (since 6.12), or nothing.
enum class SplitZeros : std::uint8_t { kept, dropped };

// Whether pages become one huge page although none of them is mapped writable: all are shared, or
// were by a fork and not written since (refused up to 6.17).
enum class CollapseReadOnly : std::uint8_t { refused, taken };

// How the copy that unmerging makes is mapped: writable, as by a write, or not before the first
// write (since 6.2 or 6.3, where unmerging asks for an unshared page). It shows where pages become
// one huge page.
enum class Unmerged : std::uint8_t { writable, read_only };

struct MemoryRules {
  SoleKsmWrite sole_ksm_write = SoleKsmWrite::copied;
  KsmZeroPages zero_pages = KsmZeroPages::counted;
  KsmSwap swap = KsmSwap::possible;
  SplitZeros split_zeros = SplitZeros::dropped;
  CollapseReadOnly collapse_read_only = CollapseReadOnly::taken;
  Unmerged unmerged = Unmerged::read_only;
};

}  // namespace ksmsim::mem
