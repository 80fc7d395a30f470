// The kernel's watermarks over free memory.
//
// Units: kB (1024 bytes).
#pragma once
#include <cstdint>

#include "sim/host/ram_options.hpp"

namespace ksmsim::host {

// What the kernel does below these amounts of free memory (mm/page_alloc.c).
struct Watermarks {
  std::int64_t min_kb = 0;   // Whoever wants memory has to find it first (direct reclaim).
  std::int64_t low_kb = 0;   // kswapd wakes up,
  std::int64_t high_kb = 0;  // and goes on to here.
};

// What the kernel keeps free at least unless it is told otherwise (calculate_min_free_kbytes()).
std::int64_t usual_min_free_kb(std::int64_t total_kb);
// As calculate_min_free_kbytes(), set_recommended_min_free_kbytes() (khugepaged runs) and
// __setup_per_zone_wmarks() have them, with all RAM taken for one zone.
Watermarks watermarks(const RamOptions& options);

}  // namespace ksmsim::host
