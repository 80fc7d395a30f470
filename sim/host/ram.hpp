// Where the host's RAM goes. The host's page cache and ZFS's ARC are the only things here that
// change by themselves: they are given back and do not grow again.
//
// Invariant: used_kb + free_kb + buffers_kb + cached_kb = total_kb, at every moment.
// Units: kB (1024 bytes). A value; memory is lent to each call.
#pragma once
#include <cstdint>

#include "sim/host/machine.hpp"
#include "sim/host/ram_options.hpp"
#include "sim/host/watermarks.hpp"
#include "sim/host/zfs_arc.hpp"
#include "sim/results/host_figures.hpp"

namespace ksmsim::host {

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
  // The ARC looks at free memory and gives way if that is short, as it does every ZfsArc::kLook.
  // REQUIRES: options().bounded().
  void shrink_arc(const Machine& machine);
  const ZfsArc& arc() const { return arc_; }
  std::int64_t swap_free_kb(const Machine& machine) const;
  // MemAvailable: what can be had without swapping.
  std::int64_t available_kb(const Machine& machine) const;
  // Fills in what `free` shows.
  void show(const Machine& machine, results::HostFigures& figures) const;

 private:
  RamOptions options_;
  Watermarks marks_;
  ZfsArc arc_;
  std::int64_t buffers_kb_ = 0;
  std::int64_t cached_kb_ = 0;
};

}  // namespace ksmsim::host
