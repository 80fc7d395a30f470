#include "sim/ksm/knob_aliases.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "sim/ksm/knobs.hpp"

namespace ksmsim::ksm {
namespace {

struct Alias {
  std::string_view name, kernel;
};

// virsh's options; what libvirt's API calls them is the same with underscores.
constexpr std::array<Alias, 3> kAliases{{
    {"shm_pages_to_scan", "pages_to_scan"},
    {"shm_sleep_millisecs", "sleep_millisecs"},
    {"shm_merge_across_nodes", "merge_across_nodes"},
}};

}  // namespace

std::string_view kernel_name(std::string_view name) {
  std::string_view bare = name;
  if (bare.starts_with("--")) bare.remove_prefix(2);
  std::string spelling(bare);
  std::replace(spelling.begin(), spelling.end(), '-', '_');
  for (const Alias& alias : kAliases) {
    if (alias.name == spelling) return alias.kernel;
  }
  return name;
}

std::vector<std::string_view> knob_names() {
  std::vector<std::string_view> names;
  const Knobs knobs;
  for_each_field(knobs, [&](std::string_view name, const auto&) { names.push_back(name); });
  return names;
}

}  // namespace ksmsim::ksm
