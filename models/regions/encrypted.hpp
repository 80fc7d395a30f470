// Memory that the guest encrypts with a key of its own for each page's place (SEV, TDX): no page is
// ever equal to another, whatever the guest wrote. Hosts pin it, so it is not mergeable unless the
// scenario says so.
#pragma once
#include "models/region.hpp"

namespace ksmsim::models {

RegionKind encrypted_kind();

}  // namespace ksmsim::models
