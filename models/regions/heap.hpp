// Memory that programs write: pages of the guest's own, each rewritten after a while. A mixture of
// lifetimes, since no single one fits what was measured: a few pages churn at once, most stay.
#pragma once
#include "models/region.hpp"

namespace ksmsim::models {

RegionKind heap_kind();

}  // namespace ksmsim::models
