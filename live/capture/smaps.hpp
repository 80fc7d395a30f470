// The regions of a process, as /proc/PID/smaps lists them, and which of them KSM takes or would
// take. Page indexes are virtual addresses / 4096.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::live::capture {

// One entry of smaps.
struct SmapsEntry {
  PageIndex start;
  PageCount count;
  std::string permissions;         // "rw-p"
  std::uint64_t inode = 0;         // 0: no file.
  std::string name;                // A path, "[heap]", "[anon:...]" or nothing.
  std::vector<std::string> flags;  // Of VmFlags: "rd", "wr", "mg", ...
  std::uint64_t huge_kb = 0;       // AnonHugePages: mapped as huge pages.
  std::uint64_t swapped_kb = 0;    // Swap.

  PageIndex end() const { return start + count; }
  bool has(const char* flag) const;
};

// All entries, ascending. An Error names the line that is none.
Result<std::vector<SmapsEntry>> parse_smaps(const std::string& text);

// Which regions are captured.
struct Choice {
  // Not only regions that are mergeable (VmFlags mg), also those that would be if somebody asked:
  // private and anonymous, of a kind that KSM takes, and of this size or larger.
  bool assume_mergeable = false;
  PageCount least{256};
};

// Whether the entry is captured.
bool chosen(const SmapsEntry& entry, const Choice& choice);

// A region that is captured. `role` is its class: one of kRoles.
struct CapturedRegion {
  PageIndex start;
  PageCount count;
  std::string role;
  bool huge = false;     // Some of it is mapped by huge pages.
  bool swapped = false;  // Some of it is in swap.

  PageIndex end() const { return start + count; }
};

inline constexpr const char* kRoles[] = {"ram", "device", "heap", "stack", "anonymous"};

enum class Hypervisor : bool { no, yes };
// The chosen regions, ascending. Of a hypervisor the largest region, and every one at least a
// quarter as large, is "ram" (a guest's memory may be cut in two), what is smaller is "device"
// (ROMs, video memory, buffers).
std::vector<CapturedRegion> captured_regions(const std::vector<SmapsEntry>& entries,
                                             const Choice& choice, Hypervisor hypervisor);

}  // namespace ksmsim::live::capture
