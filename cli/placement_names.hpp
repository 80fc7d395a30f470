// How --placement names where a change is put between the two reads of its page.
#pragma once
#include <string>
#include <vector>

#include "traces/looks/placement.hpp"

namespace ksmsim::cli {

inline const std::vector<std::string> kPlacementNames{"spread", "earlier", "middle", "later"};

// REQUIRES: one of the names.
inline traces::looks::Placement placement_of(const std::string& name) {
  using traces::looks::Placement;
  if (name == "earlier") return Placement::earlier;
  if (name == "middle") return Placement::middle;
  if (name == "later") return Placement::later;
  return Placement::spread;
}

}  // namespace ksmsim::cli
