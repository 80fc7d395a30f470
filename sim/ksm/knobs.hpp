// The writable files of /sys/kernel/mm/ksm with the kernel's spelling, and what they accept.
//
// This is storage and syntax. What a write sets off (run 2 unmerges, EBUSY while pages are shared,
// the advisor's first values) is decided in Engine::write_knob.
// Units: as the kernel's: pages, milliseconds, percent of a core, seconds.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/fields.hpp"
#include "sim/ksm/traits.hpp"

namespace ksmsim::ksm {

enum class RunMode : std::uint8_t { stop = 0, merge = 1, unmerge = 2 };
constexpr std::array<const char*, 3> words_of(RunMode) { return {"stop", "merge", "unmerge"}; }
enum class AdvisorMode : std::uint8_t { none, scan_time };
constexpr std::array<const char*, 2> words_of(AdvisorMode) { return {"none", "scan-time"}; }

// Defaults are those after boot.
struct Knobs {
  RunMode run = RunMode::stop;
  std::uint32_t pages_to_scan = 100;   // A batch, at most.
  std::uint32_t sleep_millisecs = 20;  // Between batches.
  std::uint32_t merge_across_nodes = 1;
  std::uint32_t max_page_sharing = 256;  // Sites of one KSM page.
  bool use_zero_pages = false;           // Merge zeros with the kernel's page of zeros.
  bool smart_scan = true;                // Visit pages that never merge less often.
  std::uint32_t stable_node_chains_prune_millisecs = 2000;
  AdvisorMode advisor_mode = AdvisorMode::none;
  std::uint32_t advisor_max_cpu = 70;
  std::uint64_t advisor_min_pages_to_scan = 500;
  std::uint64_t advisor_max_pages_to_scan = 30000;
  std::uint64_t advisor_target_scan_time = 200;
  // KSM pages, at most; 0: no limit. A kernel that has it begins with a quarter of RAM, which is
  // not known here, so there is no limit unless it is set.
  std::uint64_t max_kernel_pages = 0;

  bool operator==(const Knobs&) const = default;
};

template <Of<Knobs> K, class F>
constexpr void for_each_field(K& knobs, F&& f) {
  auto& [run, pages_to_scan, sleep_millisecs, merge_across_nodes, max_page_sharing, use_zero_pages,
         smart_scan, stable_node_chains_prune_millisecs, advisor_mode, advisor_max_cpu,
         advisor_min_pages_to_scan, advisor_max_pages_to_scan, advisor_target_scan_time,
         max_kernel_pages] = knobs;
  f("run", run);
  f("pages_to_scan", pages_to_scan);
  f("sleep_millisecs", sleep_millisecs);
  f("merge_across_nodes", merge_across_nodes);
  f("max_page_sharing", max_page_sharing);
  f("use_zero_pages", use_zero_pages);
  f("smart_scan", smart_scan);
  f("stable_node_chains_prune_millisecs", stable_node_chains_prune_millisecs);
  f("advisor_mode", advisor_mode);
  f("advisor_max_cpu", advisor_max_cpu);
  f("advisor_min_pages_to_scan", advisor_min_pages_to_scan);
  f("advisor_max_pages_to_scan", advisor_max_pages_to_scan);
  f("advisor_target_scan_time", advisor_target_scan_time);
  f("max_kernel_pages", max_kernel_pages);
}

// What the kernel answers to a write.
enum class WriteError : std::uint8_t {
  none,
  invalid,    // EINVAL
  range,      // ERANGE
  busy,       // EBUSY
  read_only,  // EACCES: a counter
  no_file     // ENOENT
};
// "EINVAL" and so on.
constexpr std::array<const char*, 6> words_of(WriteError) {
  return {"done", "EINVAL", "ERANGE", "EBUSY", "EACCES", "ENOENT"};
}
inline std::string_view name_of(WriteError error) {
  return words_of(error)[static_cast<std::size_t>(error)];
}

// Stores a value in the knob of this name, as a write to its file does, and returns what the
// kernel answers; unless it is `none`, nothing is changed. One newline at the end is allowed; an
// empty text is a successful no-op.
WriteError store(Knobs& knobs, std::string_view name, std::string_view text, const Traits& traits);

// What reading the file of this knob shows, without the newline; nothing for an unknown name.
std::optional<std::string> show(const Knobs& knobs, std::string_view name);

// One line for a refused write: knob, text, error, and what would be right, or since which kernel
// there is such a knob.
std::string explain(WriteError error, std::string_view name, std::string_view text,
                    const Traits& traits);

// The knobs as they are after boot: those that the kernel lacks do nothing.
Knobs knobs_after_boot(const Traits& traits);

}  // namespace ksmsim::ksm
