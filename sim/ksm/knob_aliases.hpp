// Other names that people know knobs by: those of `virsh node-memory-tune`.
#pragma once
#include <string_view>
#include <vector>

namespace ksmsim::ksm {

// The kernel's name of a knob: of shm_pages_to_scan, shm-pages-to-scan or --shm-pages-to-scan it is
// pages_to_scan; likewise shm_sleep_millisecs and shm_merge_across_nodes. Any other name is
// returned as it is.
std::string_view kernel_name(std::string_view name);

// All names of knobs, the kernel's.
std::vector<std::string_view> knob_names();

}  // namespace ksmsim::ksm
