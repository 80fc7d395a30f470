// Free memory, of guests that zero it and of those that do not. Windows zeroes all memory at boot
// and what is freed a little later; plain Linux touches nothing at boot and leaves freed pages as
// they were; Linux with init_on_free zeroes at once.
//
// Free memory shrinks as it is used: a page becomes the guest's own contents, until it is freed
// again. Windows clients (8 and later) also look for equal pages inside the guest and keep one of
// them (page combining): the others become free memory.
#pragma once
#include "models/region.hpp"

namespace ksmsim::models {

RegionKind zeroed_kind();

}  // namespace ksmsim::models
