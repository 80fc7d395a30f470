// File contents in memory. Guests that read the same collection of files hold equal pages of it;
// each has files of its own besides. Which ones are there follows from what is read: popular files
// (Zipf) from the boot on, others as they come, in extents of some pages that stand together.
#pragma once
#include "models/region.hpp"

namespace ksmsim::models {

RegionKind page_cache_kind();

}  // namespace ksmsim::models
