// Memory that a guest does not use, and its balloon: what the balloon holds is not present on the
// host. `inflate` gives all of the region to the balloon, `deflate` gives it back to the guest,
// which then writes it.
#pragma once
#include "models/region.hpp"

namespace ksmsim::models {

RegionKind balloon_kind();

}  // namespace ksmsim::models
