// A guest's memory as /proc/PID/smaps_rollup has it, and so ps_mem, smem and controllers.
#pragma once
#include <cstdint>

#include "sim/host/machine.hpp"

namespace ksmsim::host {

// Units: kB (1024 bytes). The kernel's page of zeros is in none of the sums, nor is what the
// process has beside its guest's memory.
struct SpaceMemory {
  std::int64_t size_kb = 0;  // Mapped.
  std::int64_t private_kb = 0;
  std::int64_t shared_kb = 0;  // Mapped more than once, in full.
  std::int64_t pss_kb = 0;     // Rounded down, as the kernel rounds the sum.
  std::int64_t swap_kb = 0;

  std::int64_t rss_kb() const { return private_kb + shared_kb; }
  bool operator==(const SpaceMemory&) const = default;
};

// Looks at every page of the address space.
SpaceMemory memory_of(const mem::HostMemory& memory, MmId mm);

}  // namespace ksmsim::host
