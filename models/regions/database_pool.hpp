// A database's buffer pool: blocks of a table in memory, as they are read (Zipf) and written.
// Replicas of one database hold equal pages, as long as they are clean: a block that is written
// becomes the guest's own, in memory and on its disk.
#pragma once
#include "models/region.hpp"

namespace ksmsim::models {

RegionKind database_pool_kind();

}  // namespace ksmsim::models
