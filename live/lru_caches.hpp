// The per-CPU lists of pages that were made just now. A page on one has an extra reference, and KSM
// does not merge it. The kernel flushes them when a pass begins; recordings, before every batch.
#pragma once
#include "sim/base/result.hpp"

namespace ksmsim::live {

// Flushes them on all CPUs, in microseconds.
Result<void> drain_lru_caches();

}  // namespace ksmsim::live
