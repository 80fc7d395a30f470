#include "sim/host/ram.hpp"

#include <algorithm>

namespace ksmsim::host {

Ram::Ram(const RamOptions& options) : options_(options), arc_(options) {
  if (!options_.bounded()) return;
  marks_ = watermarks(options_);
  buffers_kb_ = options_.buffers_kb;
  cached_kb_ = options_.cached_kb;
}

std::int64_t Ram::used_kb(const Machine& machine) const {
  const mem::HostMemory& memory = machine.memory();
  const mem::Totals& totals = memory.totals();
  // A block of 512 sites has a page of the page table.
  const auto tables = static_cast<std::int64_t>(memory.used_slots() / mem::kBlockPages);
  const auto processes = static_cast<std::int64_t>(memory.living_spaces());
  const std::int64_t pages = totals.frames + totals.swap_cached + tables;
  return pages * kPageKb + (machine.ksmd().metadata_bytes() + 1023) / 1024 +
         processes * options_.guest_overhead_kb + options_.kernel_kb + arc_.size_kb();
}

std::int64_t Ram::give_back_caches(std::int64_t kb) {
  const std::int64_t before = caches_kb();
  cached_kb_ -= std::clamp<std::int64_t>(kb, 0, cached_kb_);
  const std::int64_t rest = kb - (before - caches_kb());
  buffers_kb_ -= std::clamp<std::int64_t>(rest, 0, buffers_kb_);
  return before - caches_kb();
}

void Ram::shrink_arc(const Machine& machine) { arc_.look(free_kb(machine) + caches_kb()); }

std::int64_t Ram::swap_free_kb(const Machine& machine) const {
  return std::max<std::int64_t>(options_.swap_kb - machine.memory().totals().swap_slots * kPageKb,
                                0);
}

// si_mem_available(): reserves are not to be had, nor all of the page cache.
std::int64_t Ram::available_kb(const Machine& machine) const {
  const std::int64_t caches = caches_kb() - std::min(caches_kb() / 2, marks_.low_kb);
  return std::max<std::int64_t>(free_kb(machine) - marks_.high_kb + caches, 0);
}

void Ram::show(const Machine& machine, results::HostFigures& figures) const {
  if (!options_.bounded()) return;
  figures.used_kb = used_kb(machine);
  figures.free_kb = free_kb(machine);
  figures.buffers_kb = buffers_kb_;
  figures.cached_kb = cached_kb_;
  figures.available_kb = available_kb(machine);
  figures.swap_used_kb = machine.memory().totals().swap_slots * kPageKb;
  figures.zfs_arc_kb = arc_.size_kb();
}

}  // namespace ksmsim::host
