// How --placement names where a change is put between the two reads of its page.
#pragma once
#include <string>
#include <vector>

#include "traces/snapshots/placement.hpp"

namespace ksmsim::cli {

inline const std::vector<std::string> kPlacementNames{"spread", "earlier", "middle", "later"};

// REQUIRES: one of the names.
inline traces::snapshots::Placement placement_of(const std::string& name) {
  using traces::snapshots::Placement;
  if (name == "earlier") return Placement::earlier;
  if (name == "middle") return Placement::middle;
  if (name == "later") return Placement::later;
  return Placement::spread;
}

}  // namespace ksmsim::cli
