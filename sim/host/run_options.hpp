// How a run is to be done: which kernel, which host, which knobs, how long. Every default is a
// value here and is spelled out in the result.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/cost/prices.hpp"
#include "sim/host/controller.hpp"
#include "sim/input/operation.hpp"
#include "sim/ksm/ticks.hpp"
#include "sim/ksm/traits.hpp"

namespace ksmsim::host {

// What the machine is like. Ticks decide when ksmd wakes up, prices how long it works.
struct HostOptions {
  ksm::Ticks ticks{};                             // HZ 250 (Debian's kernels); phase 0.
  cost::Prices prices = cost::measured_prices();  // Picoseconds for each unit of work.
  // Measured on a Linux guest's memory: two unequal pages on the path of a search differ after 33
  // bytes on average, whatever the size of the tree (docs/validation.md).
  cost::AgreedBytes agreed{.otherwise = 33};
  Duration swap_write{};  // How long the swap device takes for a page; 0: a RAM disk, zram.
};

// khugepaged: makes huge pages of small ones again (docs/models.md).
struct KhugepagedOptions {
  std::int64_t pages_to_scan = 0;                           // A wake-up; 0: it does not run.
  Duration scan_sleep = std::chrono::milliseconds(10'000);  // scan_sleep_millisecs.
};

// The host's memory. Units: kB (1024 bytes), as in /proc/meminfo.
struct RamOptions {
  std::int64_t total_kb = 0;           // MemTotal; 0: as much as is needed, no pressure ever.
  std::int64_t kernel_kb = 0;          // The kernel, its tables, daemons: never to be had.
  std::int64_t guest_overhead_kb = 0;  // Each guest's process beside its guest's memory.
  std::int64_t cached_kb = 0;          // The host's page cache: given back under pressure.
  std::int64_t zfs_arc_kb = 0;         // ZFS's cache: used memory for every controller.
  std::int64_t swap_kb = 0;            // Size of the swap device.
  Duration swap_read{};                // How long a page takes to come back.
  std::uint32_t numa_nodes = 1;
  KhugepagedOptions khugepaged{};
};

// When a run is over.
enum class EndAt : std::uint8_t {
  trace_end,  // After the last operation,
  settled,    // or later, when a whole pass has changed nothing (guests hold still meanwhile),
  time        // or at `until`.
};

struct RunOptions {
  const ksm::Traits* traits = &ksm::newest_traits();
  HostOptions host{};
  RamOptions ram{};
  ControllerOptions controller{};
  // Written at time 0, in order. A trace's own writes to these knobs are left out: the answer is to
  // "and what if". KSM is switched on (run 1) unless `run` is among them or the trace says else.
  std::vector<input::SetKnob> knobs;
  Duration sample_interval = std::chrono::seconds(1);
  EndAt end_at = EndAt::trace_end;
  Time until = kNever;
  std::uint64_t seed = 1;  // Of every random stream; a replay draws none.
};

}  // namespace ksmsim::host
