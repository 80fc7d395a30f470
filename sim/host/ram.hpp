// Where the host's RAM goes, and the kernel's watermarks over what is left. The host's page cache
// is the only thing here that changes by itself: it is given back and does not grow again.
//
// Invariant: used_kb + free_kb + buffers_kb + cached_kb = total_kb, at every moment.
// Units: kB (1024 bytes). A value; memory is lent to each call.
#pragma once
#include <cstdint>

#include "sim/host/machine.hpp"
#include "sim/host/ram_options.hpp"
#include "sim/results/host_figures.hpp"

namespace ksmsim::host {

inline constexpr std::int64_t kPageKb = static_cast<std::int64_t>(kPageBytes / 1024);

// What the kernel does below these amounts of free memory (mm/page_alloc.c).
struct Watermarks {
  std::int64_t min_kb = 0;   // Whoever wants memory has to find it first (direct reclaim).
  std::int64_t low_kb = 0;   // kswapd wakes up,
  std::int64_t high_kb = 0;  // and goes on to here.
};

// As calculate_min_free_kbytes(), set_recommended_min_free_kbytes() (khugepaged runs) and
// __setup_per_zone_wmarks() have them, with all RAM taken for one zone.
Watermarks watermarks(const RamOptions& options);

class Ram {
 public:
  explicit Ram(const RamOptions& options);

  const RamOptions& options() const { return options_; }
  const Watermarks& marks() const { return marks_; }
  // Free memory; negative if what is in use now cannot stay. REQUIRES: options().bounded().
  std::int64_t free_kb(const Machine& machine) const {
    return options_.total_kb - used_kb(machine) - buffers_kb_ - cached_kb_;
  }
  // Guests' pages, the swap cache's, page tables, KSM's records, processes, kernel, ARC.
  std::int64_t used_kb(const Machine& machine) const;
  std::int64_t caches_kb() const { return buffers_kb_ + cached_kb_; }
  // Page cache and buffers are given back, at most so much. Returns how much was.
  std::int64_t give_back_caches(std::int64_t kb);
  std::int64_t swap_free_kb(const Machine& machine) const;
  // MemAvailable: what can be had without swapping.
  std::int64_t available_kb(const Machine& machine) const;
  // Fills in what `free` shows.
  void show(const Machine& machine, results::HostFigures& figures) const;

 private:
  RamOptions options_;
  Watermarks marks_;
  std::int64_t buffers_kb_ = 0;
  std::int64_t cached_kb_ = 0;
};

}  // namespace ksmsim::host
