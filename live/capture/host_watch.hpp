// What the host itself shows: KSM's knobs and counters, ksmd's CPU time, memory, how large guests
// are. Read whole at a moment; what a kernel lacks is left out.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "live/capture/find_guests.hpp"
#include "live/kernel_thread.hpp"
#include "live/process.hpp"

namespace ksmsim::live::capture {

using NamedNumbers = std::vector<std::pair<std::string, std::int64_t>>;

class HostWatch {
 public:
  HostWatch();

  // Whether the kernel has KSM at all.
  bool has_ksm() const { return has_ksm_; }

  // Knobs and their values as they can be written again, in an order in which they can: `run` last,
  // the advisor behind what it turns itself. While an advisor runs, what it turns is left out.
  std::vector<std::pair<std::string, std::string>> knobs() const;
  // Counters by the names of their files; ksmd_cpu_ns; of /proc/meminfo MemTotal_kB and others.
  NamedNumbers counters() const;

 private:
  bool has_ksm_ = false;
  std::vector<std::string> knob_files_, counter_files_;
  std::optional<live::KernelThread> ksmd_;
};

// NAME_rss_pages, NAME_minor_faults, and NAME_merging_pages where the kernel tells.
NamedNumbers guest_numbers(const std::string& name, const live::ProcessStat& stat);

// How many NUMA nodes with memory the machine has; at least 1.
unsigned memory_nodes();

}  // namespace ksmsim::live::capture
