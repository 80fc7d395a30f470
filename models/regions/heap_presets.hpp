// What is known of the memory of programs under some loads: how long pages keep their contents, and
// how many of them are equal (docs/models.md, section Guests).
#pragma once
#include <string_view>
#include <vector>

#include "models/parameters.hpp"

namespace ksmsim::models {

struct HeapPreset {
  std::string_view name;
  std::vector<Share> lifetimes;  // Parts per million and nanoseconds.
  std::vector<Share> groups;     // Parts per million and pages.
};

// idle, build, desktop.
const std::vector<HeapPreset>& heap_presets();
std::vector<std::string_view> heap_preset_names();
// REQUIRES: there is one of this name.
const HeapPreset& heap_preset(std::string_view name);

}  // namespace ksmsim::models
