// What became of the regions of all guests from one layout to the next, page by page: a region that
// grew is the old pages and some new ones.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/base/ids.hpp"
#include "traces/snapshots/dataset.hpp"

namespace ksmsim::traces::snapshots {

// Pages that are in the layout.
struct LayoutRange {
  std::uint32_t guest = 0;
  std::size_t region = 0;  // Its place in the layout.
  PageIndex start;
  PageCount count;
  std::uint64_t offset = 0;  // How many pages of the layout stand before it.
};

struct LayoutChanges {
  struct Kept {
    LayoutRange now;
    std::uint64_t offset_before = 0;  // In the layout before.
  };
  std::vector<Kept> kept;             // In both layouts.
  std::vector<LayoutRange> appeared;  // In the later one only,
  std::vector<LayoutRange> vanished;  // in the earlier one only.
};

LayoutChanges compare(const Layout& before, const Layout& now);

}  // namespace ksmsim::traces::snapshots
