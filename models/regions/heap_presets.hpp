// What is known of the memory of programs under some loads: how long pages keep their contents, and
// how many of them are equal (docs/models.md, section Guests).
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "models/parameters.hpp"
#include "models/region.hpp"

namespace ksmsim::models {

struct HeapPreset {
  std::string_view name;
  std::vector<Share> lifetimes;  // Parts per million and nanoseconds.
  Evidence lifetimes_evidence = Evidence::assumed;
  std::string_view lifetimes_source;
  std::vector<Share> groups;  // Parts per million and pages; all are measured.
  std::string_view groups_source;
};

// idle, build, desktop.
const std::vector<HeapPreset>& heap_presets();
std::vector<std::string_view> heap_preset_names();
// REQUIRES: there is one of this name.
const HeapPreset& heap_preset(std::string_view name);

// What a heap has that is `like` this one and says neither lifetimes nor groups, for reports;
// nothing for other keys. REQUIRES: as heap_preset.
std::optional<Preset> heap_preset_of(std::string_view key, std::string_view like);

}  // namespace ksmsim::models
