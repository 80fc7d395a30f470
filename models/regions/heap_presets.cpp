#include "models/regions/heap_presets.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace ksmsim::models {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

}  // namespace

const std::vector<HeapPreset>& heap_presets() {
  static const std::vector<HeapPreset> presets{
      // Groups: row 10. Lifetimes: assumed, so that what is alike after 2 and 24 hours are the
      // upper values of row 16; no row says what an idle guest keeps within minutes.
      {"idle",
       {{30'000, 60 * kSecond}, {370'000, 8500 * kSecond}, {600'000, 474'000 * kSecond}},
       {{17'000, 2}, {1000, 3}, {1000, 8}, {4000, 64}, {9000, 512}}},
      // Groups: row 11. Lifetimes: fitted to row 13 (2, 4, 6 minutes), 60 % after 2 hours (the
      // middle of row 16) and 30 % after 24 (between its low and high value).
      {"build",
       {{56'000, 50 * kSecond}, {594'000, 8500 * kSecond}, {350'000, 560'000 * kSecond}},
       {{34'000, 2}, {26'000, 3}, {46'000, 8}, {13'000, 64}, {6000, 512}}},
      // Groups: row 12. Lifetimes: fitted to the middle of row 14, an overloaded desktop.
      {"desktop",
       {{535'000, 60 * kSecond}, {465'000, 320 * kSecond}},
       {{66'000, 2}, {35'000, 3}, {7000, 8}, {9000, 64}, {16'000, 512}}},
  };
  return presets;
}

std::vector<std::string_view> heap_preset_names() {
  std::vector<std::string_view> names;
  for (const HeapPreset& preset : heap_presets()) names.push_back(preset.name);
  return names;
}

const HeapPreset& heap_preset(std::string_view name) {
  const auto& presets = heap_presets();
  const auto at = std::find_if(presets.begin(), presets.end(),
                               [name](const HeapPreset& preset) { return preset.name == name; });
  KSM_CHECK(at != presets.end());
  return *at;
}

}  // namespace ksmsim::models
