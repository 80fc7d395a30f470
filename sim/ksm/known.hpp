// What KSM remembers of a site, as a value: for those who ask why a page is not merged.
#pragma once
#include <cstdint>

namespace ksmsim::ksm {

// Where an rmap item is: in no tree, in the unstable tree (or left over from it), or with a stable
// node.
enum class RmapState : std::uint8_t { none, unstable, stable };

struct Known {
  // Whether the checksum that ksmd took last is that of what the page holds now.
  enum class Checksum : std::uint8_t { never_taken, outdated, current };

  Checksum checksum = Checksum::never_taken;
  RmapState state = RmapState::none;
  // Smart scan's doings, meaningless while that was never on.
  bool is_skipped_next = false;   // ksmd will pass over the page when it comes by.
  bool was_skipped_last = false;  // It did so when it came by last.
};

}  // namespace ksmsim::ksm
