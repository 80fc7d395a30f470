// The host's memory, as a user describes it. Everything 0 (as by default): RAM without bound, one
// node, no khugepaged; a run is then the same as without any of this.
//
// Units: kB (1024 bytes), as in /proc/meminfo.
#pragma once
#include <chrono>
#include <cstdint>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace ksmsim::host {

inline constexpr std::int64_t kPageKb = static_cast<std::int64_t>(kPageBytes / 1024);

// khugepaged: makes huge pages of small ones again. The kernel's own values are 4096 and 10000.
struct KhugepagedOptions {
  std::int64_t pages_to_scan = 0;                           // A wake-up; 0: it does not run.
  Duration scan_sleep = std::chrono::milliseconds(10'000);  // scan_sleep_millisecs; > 0.
  bool operator==(const KhugepagedOptions&) const = default;
};

// ZFS's cache (zfs_arc.hpp). Names are those of OpenZFS's module parameters where it has them.
struct ZfsArcOptions {
  std::int64_t kb = 0;                       // Its size when the run begins; 0: there is none.
  std::int64_t min_kb = 0;                   // zfs_arc_min; 0: what OpenZFS takes for this RAM.
  std::int64_t sys_free_kb = 0;              // zfs_arc_sys_free; 0: the same.
  std::int64_t shrink_kb_per_s = 1'638'400;  // How fast it can give back; 0: it never does.
  bool operator==(const ZfsArcOptions&) const = default;
};

struct RamOptions {
  std::int64_t total_kb = 0;                 // MemTotal; 0: as much as is needed, no pressure ever.
  std::int64_t kernel_kb = 0;                // The kernel, its tables, daemons: never to be had.
  std::int64_t guest_overhead_kb = 0;        // Each guest's process beside its guest's memory.
  std::int64_t cached_kb = 0;                // The host's page cache: given back under pressure.
  std::int64_t buffers_kb = 0;               // The same for block devices.
  ZfsArcOptions zfs_arc{};                   // ZFS's cache: used memory for every controller.
  std::int64_t swap_kb = 0;                  // Size of the swap device.
  Duration swap_read{};                      // How long a page takes to come back.
  std::int64_t min_free_kb = 0;              // vm.min_free_kbytes; 0: what the kernel sets.
  std::int64_t watermark_scale_factor = 10;  // vm.watermark_scale_factor: 1 to 3000.
  std::uint32_t numa_nodes = 1;              // 1 to 256.
  KhugepagedOptions khugepaged{};
  bool operator==(const RamOptions&) const = default;

  bool bounded() const { return total_kb > 0; }
  // Whether anything of the host is modelled, and so shown.
  bool modelled() const { return bounded() || numa_nodes > 1 || khugepaged.pages_to_scan > 0; }
};

}  // namespace ksmsim::host
