// The host around ksmd: its memory as `free` shows it, what pressure did, and what each guest holds
// as ps_mem and smem show it. Only in results of hosts whose memory is described.
//
// Units: kB (1024 bytes), nanoseconds of virtual time, or counts of pages and operations, as names
// and comments say.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/fields.hpp"

namespace ksmsim::results {

// The host at a moment. All 0 where its RAM is unbounded, except what is counted anyway.
// used_kb + free_kb + buffers_kb + cached_kb is the host's RAM.
struct HostFigures {
  std::int64_t used_kb = 0;       // Guests, kernel, KSM's records, ZFS's ARC, ...
  std::int64_t free_kb = 0;       // MemFree
  std::int64_t buffers_kb = 0;    // Buffers
  std::int64_t cached_kb = 0;     // Cached: the host's page cache
  std::int64_t available_kb = 0;  // MemAvailable
  std::int64_t swap_used_kb = 0;
  std::int64_t zfs_arc_kb = 0;  // In used_kb; what is left of it.
  // Events so far.
  std::int64_t swap_ins = 0;   // Pages read from swap (/proc/vmstat pswpin).
  std::int64_t swap_outs = 0;  // Pages given to swap (pswpout).
  std::int64_t stall_ns = 0;   // All guests' waiting for swap and for free memory.
  std::int64_t oom_kills = 0;
  std::int64_t dropped_operations = 0;  // Of killed guests.
  std::int64_t huge_pages = 0;          // Now; 2 MiB each.
  std::int64_t huge_split_by_merging = 0;
  std::int64_t huge_split_otherwise = 0;  // By reclaim, or because a guest asked.
  std::int64_t huge_rebuilt = 0;          // By khugepaged.
  std::int64_t local_reads = 0;           // Reads of merged pages on the guest's own NUMA node,
  std::int64_t remote_reads = 0;          // and on others.
  bool operator==(const HostFigures&) const = default;
};

template <Of<HostFigures> T, class F>
void for_each_field(T& figures, F&& f) {
  auto& [used_kb, free_kb, buffers_kb, cached_kb, available_kb, swap_used_kb, zfs_arc_kb, swap_ins,
         swap_outs, stall_ns, oom_kills, dropped_operations, huge_pages, huge_split_by_merging,
         huge_split_otherwise, huge_rebuilt, local_reads, remote_reads] = figures;
  f("used_kb", used_kb);
  f("free_kb", free_kb);
  f("buffers_kb", buffers_kb);
  f("cached_kb", cached_kb);
  f("available_kb", available_kb);
  f("swap_used_kb", swap_used_kb);
  f("zfs_arc_kb", zfs_arc_kb);
  f("swap_ins", swap_ins);
  f("swap_outs", swap_outs);
  f("stall_ns", stall_ns);
  f("oom_kills", oom_kills);
  f("dropped_operations", dropped_operations);
  f("huge_pages", huge_pages);
  f("huge_split_by_merging", huge_split_by_merging);
  f("huge_split_otherwise", huge_split_otherwise);
  f("huge_rebuilt", huge_rebuilt);
  f("local_reads", local_reads);
  f("remote_reads", remote_reads);
}

// A guest's memory at its end or at the end of the run. Pages of zeros that the kernel owns are in
// none of the sums, as in /proc/PID/smaps.
struct GuestMemory {
  std::string name;
  std::int64_t size_kb = 0;     // Mapped.
  std::int64_t private_kb = 0;  // Pages mapped once (ps_mem's Private, smem's USS).
  std::int64_t shared_kb = 0;   // Pages mapped more than once, in full.
  std::int64_t rss_kb = 0;      // Both.
  std::int64_t pss_kb = 0;      // Each page divided by its mappings; less Private: ps_mem's Shared.
  std::int64_t swap_kb = 0;
  std::int64_t balloon_kb = 0;          // Held by its balloon, not there.
  std::int64_t stall_ns = 0;            // What it waited for swap and for free memory.
  std::int64_t dropped_operations = 0;  // After it was killed.
  std::int64_t living = 1;              // 1: at the end of the run; 0: it had ended before.
  bool operator==(const GuestMemory&) const = default;
};

template <Of<GuestMemory> T, class F>
void for_each_field(T& guest_memory, F&& f) {
  auto& [name, size_kb, private_kb, shared_kb, rss_kb, pss_kb, swap_kb, balloon_kb, stall_ns,
         dropped_operations, living] = guest_memory;
  f("name", name);
  f("size_kb", size_kb);
  f("private_kb", private_kb);
  f("shared_kb", shared_kb);
  f("rss_kb", rss_kb);
  f("pss_kb", pss_kb);
  f("swap_kb", swap_kb);
  f("balloon_kb", balloon_kb);
  f("stall_ns", stall_ns);
  f("dropped_operations", dropped_operations);
  f("living", living);
}

// A guest that the OOM killer chose.
struct OomKill {
  std::int64_t at_ns = 0;
  std::string guest;
  std::int64_t badness_pages = 0;  // RSS (merged pages in full) + swap + page tables.
  std::int64_t free_kb = 0;        // When it came to it.
  std::int64_t swap_free_kb = 0;
  bool operator==(const OomKill&) const = default;
};

template <Of<OomKill> T, class F>
void for_each_field(T& kill, F&& f) {
  auto& [at_ns, guest, badness_pages, free_kb, swap_free_kb] = kill;
  f("at_ns", at_ns);
  f("guest", guest);
  f("badness_pages", badness_pages);
  f("free_kb", free_kb);
  f("swap_free_kb", swap_free_kb);
}

// What does not change during a run, and what there is one of a guest.
struct HostOutcome {
  std::int64_t total_kb = 0;  // MemTotal; 0: unbounded, and nothing of `free` is meant.
  std::int64_t swap_total_kb = 0;
  std::int64_t zfs_arc_kb = 0;  // At the start; the samples have what was left.
  std::int64_t min_kb = 0;      // The watermarks: guests wait below this one,
  std::int64_t low_kb = 0;      // reclaim begins below this one,
  std::int64_t high_kb = 0;     // and ends at this one.
  std::int64_t numa_nodes = 1;
  std::vector<OomKill> kills;       // In order of time.
  std::vector<GuestMemory> guests;  // In the order of RunResult::guests.
  bool operator==(const HostOutcome&) const = default;
};

template <Of<HostOutcome> T, class F>
void for_each_field(T& host, F&& f) {
  auto& [total_kb, swap_total_kb, zfs_arc_kb, min_kb, low_kb, high_kb, numa_nodes, kills, guests] =
      host;
  f("total_kb", total_kb);
  f("swap_total_kb", swap_total_kb);
  f("zfs_arc_kb", zfs_arc_kb);
  f("min_kb", min_kb);
  f("low_kb", low_kb);
  f("high_kb", high_kb);
  f("numa_nodes", numa_nodes);
  f("kills", kills);
  f("guests", guests);
}

}  // namespace ksmsim::results
