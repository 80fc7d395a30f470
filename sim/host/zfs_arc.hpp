// ZFS's ARC, the cache that OpenZFS keeps beside the kernel's page cache, and how it gives way.
//
// A thread of ZFS looks once a second. If free memory and the page cache together are less than
// zfs_arc_sys_free, the ARC gives back what is missing and 1/128 of what it may lose, never going
// below zfs_arc_min (OpenZFS module/zfs/arc.c: arc_reap_cb_check(), arc_reap_cb()). So memory that
// guests take slowly comes out of the ARC. What they take faster than it looks and gives back has
// to come from swap, or from a guest.
//
// Assumed: all of the page cache counts as inactive; the kernel's own reclaim gets nothing from the
// ARC (OpenZFS let it have little, zfs_arc_shrinker_limit, until pull requests 16313 and 16909); it
// never grows again, since reads and writes of files are not modelled.
//
// Units: kB (1024 bytes). A value.
#pragma once
#include <chrono>
#include <cstdint>

#include "sim/host/ram_options.hpp"

namespace ksmsim::host {

// What OpenZFS takes where nothing else is said. zfs_arc_min: RAM / 32, at least 32 MiB (man page
// zfs.4). zfs_arc_sys_free: RAM / 32 and three times the watermarks that the kernel may use,
// 2.5 x min_free_kbytes (module/os/linux/zfs/arc_os.c: arc_set_sys_free()).
std::int64_t usual_arc_min_kb(std::int64_t total_kb);
std::int64_t usual_arc_sys_free_kb(std::int64_t total_kb);

class ZfsArc {
 public:
  static constexpr std::chrono::seconds kLook{1};  // Time between two looks.

  explicit ZfsArc(const RamOptions& ram);

  std::int64_t size_kb() const { return size_kb_; }
  // Whether it may still become smaller.
  bool gives_way() const { return size_kb_ > min_kb_ && most_a_look_kb_ > 0; }
  // Gives memory back if less than sys_free is there. `free_kb` is free memory and the page cache.
  void look(std::int64_t free_kb);

 private:
  std::int64_t size_kb_;
  std::int64_t min_kb_;
  std::int64_t sys_free_kb_;
  std::int64_t most_a_look_kb_;
};

}  // namespace ksmsim::host
