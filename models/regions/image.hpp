// Memory that comes from an installed system: kernel text, libraries, executables. Guests of the
// same release hold the same pages, but for what their patch levels have changed, and for pages
// that each boot relocates (address-space randomisation).
#pragma once
#include "models/region.hpp"

namespace ksmsim::models {

RegionKind image_kind();

}  // namespace ksmsim::models
