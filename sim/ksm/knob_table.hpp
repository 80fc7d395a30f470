// Every knob of /sys/kernel/mm/ksm as a row: its member, what it takes, which kernels have it, what
// it means. Files, writes, reads, what is said of a refused write and `ksmsim counters` come from
// here.
//
// In the order in which kernels got them. Texts are one line of words.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <variant>

#include "sim/ksm/files.hpp"
#include "sim/ksm/knobs.hpp"
#include "sim/ksm/traits.hpp"

namespace ksmsim::ksm {

using KnobMember = std::variant<std::uint32_t Knobs::*, std::uint64_t Knobs::*, bool Knobs::*,
                                RunMode Knobs::*, AdvisorMode Knobs::*>;

inline constexpr std::uint64_t kUint = std::numeric_limits<std::uint32_t>::max();
inline constexpr std::uint64_t kInt = std::numeric_limits<std::int32_t>::max();
inline constexpr std::uint64_t kUlong = std::numeric_limits<std::uint64_t>::max();

// What a number that is too large for the kernel's parser is answered with. Most files make EINVAL
// of it; some hand on the parser's own ERANGE.
enum class TooLarge : std::uint8_t { einval, erange };

// Which numbers a knob takes. Booleans and words take none.
struct KnobRange {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  std::uint64_t parsed_most = most;  // The parser's limit; between both it is EINVAL.
  TooLarge too_large = TooLarge::einval;
};

struct KnobRow {
  std::string_view name;
  KnobMember member;
  KnobRange range;
  Version since;
  std::string_view meaning;
  Version before = kNeverGone;  // Gone in this release.
};

inline constexpr std::array<KnobRow, 14> kKnobs{{
    {"run",
     &Knobs::run,
     {0, 2},
     {2, 6, 32},
     "0: ksmd stops, what is merged stays so; 1: it merges; 2: it stops and unmerges all, which "
     "needs the memory at once"},
    {"pages_to_scan",
     &Knobs::pages_to_scan,
     {0, kUint},
     {2, 6, 32},
     "how many pages ksmd visits before it sleeps: a setting, not what is left to scan"},
    {"sleep_millisecs",
     &Knobs::sleep_millisecs,
     {0, kUint},
     {2, 6, 32},
     "how long ksmd sleeps between two such batches, in ms"},
    {"max_kernel_pages",
     &Knobs::max_kernel_pages,
     {0, kUlong},
     {2, 6, 32},
     "the most pages_shared there may be, since they could not be swapped; 0: no limit",
     {2, 6, 33}},
    {"merge_across_nodes",
     &Knobs::merge_across_nodes,
     {0, 1, kUlong, TooLarge::erange},
     {3, 9, 0},
     "1: pages of different NUMA nodes are merged; 0: only those of one node. Turned only while "
     "nothing is merged"},
    {"use_zero_pages",
     &Knobs::use_zero_pages,
     {},
     {4, 11, 0},
     "1: pages of zeros become the kernel's zero page, and are not in pages_sharing"},
    {"max_page_sharing",
     &Knobs::max_page_sharing,
     {2, kInt, kInt, TooLarge::erange},
     {4, 13, 0},
     "how many places may use one KSM page; the next one begins a copy"},
    {"stable_node_chains_prune_millisecs",
     &Knobs::stable_node_chains_prune_millisecs,
     {0, kUint},
     {4, 13, 0},
     "how often copies that nobody uses are looked for, in ms"},
    {"smart_scan",
     &Knobs::smart_scan,
     {},
     {6, 7, 0},
     "1: pages that were not merged several times are passed over for some passes"},
    {"advisor_mode",
     &Knobs::advisor_mode,
     {},
     {6, 8, 0},
     "none, or scan-time: the kernel sets pages_to_scan itself"},
    // Read as unsigned long, kept in 32 bits.
    {"advisor_max_cpu",
     &Knobs::advisor_max_cpu,
     {0, kUlong},
     {6, 8, 0},
     "the most of a CPU that the advisor lets ksmd use, in percent"},
    {"advisor_min_pages_to_scan",
     &Knobs::advisor_min_pages_to_scan,
     {0, kUlong},
     {6, 8, 0},
     "the least that the advisor sets"},
    {"advisor_max_pages_to_scan",
     &Knobs::advisor_max_pages_to_scan,
     {0, kUlong},
     {6, 8, 0},
     "the most that the advisor sets"},
    {"advisor_target_scan_time",
     &Knobs::advisor_target_scan_time,
     {1, kUlong},
     {6, 8, 0},
     "how long a pass shall take for the advisor, in s"},
}};

// The row of this name, or nullptr.
constexpr const KnobRow* find_knob(std::string_view name) {
  for (const KnobRow& row : kKnobs) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

// Whether every member of Knobs has a row under its name, and nothing else has.
constexpr bool has_all_knobs() {
  Knobs knobs;
  std::size_t found = 0;
  bool all = true;
  for_each_field(knobs, [&](std::string_view name, auto& member) {
    const KnobRow* row = find_knob(name);
    all = all && row != nullptr &&
          std::visit(
              [&](auto at) {
                return static_cast<const void*>(&(knobs.*at)) == static_cast<const void*>(&member);
              },
              row->member);
    ++found;
  });
  return all && found == kKnobs.size();
}
static_assert(has_all_knobs());

}  // namespace ksmsim::ksm
