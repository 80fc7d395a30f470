// How guests' memory grew, as a snapshot set recorded it: counters.csv has the resident size of
// every second as GUEST_rss_pages.
#pragma once
#include "sim/base/result.hpp"
#include "traces/looks/resident_growth.hpp"
#include "traces/snapshots/dataset.hpp"

namespace ksmsim::traces::snapshots {

// What the data set's counters say, guests by their place in Dataset::guests. Those of which they
// say nothing are unknown, all of them if counters.csv is not there or empty.
Result<looks::ResidentGrowth> read_growth(const Dataset& data);

}  // namespace ksmsim::traces::snapshots
