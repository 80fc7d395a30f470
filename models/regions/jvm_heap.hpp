// The heap of a Java virtual machine with generations: allocation runs through eden and gives every
// page new contents; when eden is full, what is alive moves into a survivor space and later into
// the old generation; when that is full, a full collection moves all that is alive there. What is
// moved lies differently in its pages, so their contents are new; what is freed stays as it was
// until it is overwritten.
//
// The shape is that of HotSpot's serial and parallel collectors. G1, the default since JDK 9, has
// regions instead of fixed spaces; that it renews memory alike is assumed.
#pragma once
#include "models/region.hpp"

namespace ksmsim::models {

RegionKind jvm_heap_kind();

}  // namespace ksmsim::models
