// What [[observed]] of a scenario can name: the counters of /sys/kernel/mm/ksm, and figures of a
// run that have other names. Units end the names.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/base/amounts.hpp"

namespace ksmsim::models {

// The figures that are no counters.
enum class ObservedFigure : std::uint8_t {
  saved_mib,          // Memory that merging saves,
  guests_mib,         // and that guests have, merged pages counted each time.
  saved_percent,      // pages_sharing of all that ksmd knows.
  sharing_ratio,      // pages_sharing / pages_shared.
  waste_ratio,        // pages_unshared / pages_sharing.
  free_mib,           // The host's, as `free` shows them.
  swap_used_mib,      //
  zfs_arc_mib,        // What is left of ZFS's ARC.
  oom_kills,          //
  private_gib,        // ps_mem, summed over guests: Private,
  shared_by_ksm_mib,  // Shared,
  used_gib,           // and both.
  ksmd_cpu_percent,   // Of one CPU, since the observation before.
  pass_minutes        // How long the pass took that ended last.
};
inline constexpr std::array<std::string_view, 14> kObservedFigureNames{
    "saved_mib",         "guests_mib",    "saved_percent",    "sharing_ratio", "waste_ratio",
    "free_mib",          "swap_used_mib", "zfs_arc_mib",      "oom_kills",     "private_gib",
    "shared_by_ksm_mib", "used_gib",      "ksmd_cpu_percent", "pass_minutes"};

// The figure of this name, unless there is none: it is a counter then, or nothing.
std::optional<ObservedFigure> find_observed_figure(std::string_view name);

// The unit that ends the name; units::kOne if none does.
Unit unit_of_observed(std::string_view name);

// All names: the counters', then those of the figures.
std::vector<std::string_view> observable_names();

}  // namespace ksmsim::models
