#include "models/regions/heap_presets.hpp"

#include <algorithm>
#include <string>

#include "sim/base/check.hpp"

namespace ksmsim::models {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

// A part as it would be written: 0.03.
std::string part_text(std::int64_t ppm) {
  std::string digits = std::to_string(ppm % 1'000'000 + 1'000'000).substr(1);
  digits.erase(digits.find_last_not_of('0') + 1);
  const std::string whole = std::to_string(ppm / 1'000'000);
  return digits.empty() ? whole : whole + "." + digits;
}

// [[part, value], ...], of values that are whole in this unit.
std::string shares_text(const std::vector<Share>& shares, std::int64_t unit) {
  std::string text;
  for (const Share& share : shares) {
    text += (text.empty() ? "[" : ", [") + part_text(share.part_ppm) + ", " +
            std::to_string(share.value / unit) + "]";
  }
  return "[" + text + "]";
}

}  // namespace

const std::vector<HeapPreset>& heap_presets() {
  static const std::vector<HeapPreset> presets{
      // Groups: row 10. Lifetimes: assumed, so that what is alike after 2 and 24 hours are the
      // upper values of row 16; no row says what an idle guest keeps within minutes.
      {"idle",
       {{30'000, 60 * kSecond}, {370'000, 8500 * kSecond}, {600'000, 474'000 * kSecond}},
       Evidence::assumed,
       "idle: upper values of row 16; nothing is known of what is kept within minutes",
       {{17'000, 2}, {1000, 3}, {1000, 8}, {4000, 64}, {9000, 512}},
       "idle: row 10"},
      // Groups: row 11. Lifetimes: fitted to row 13 (2, 4, 6 minutes), 60 % after 2 hours (the
      // middle of row 16) and 30 % after 24 (between its low and high value).
      {"build",
       {{56'000, 50 * kSecond}, {594'000, 8500 * kSecond}, {350'000, 560'000 * kSecond}},
       Evidence::measured,
       "build: fitted to row 13; beyond minutes cited: row 16",
       {{34'000, 2}, {26'000, 3}, {46'000, 8}, {13'000, 64}, {6000, 512}},
       "build: row 11"},
      // Groups: row 12. Lifetimes: fitted to the middle of row 14, an overloaded desktop.
      {"desktop",
       {{535'000, 60 * kSecond}, {465'000, 320 * kSecond}},
       Evidence::measured,
       "desktop: fitted to row 14",
       {{66'000, 2}, {35'000, 3}, {7000, 8}, {9000, 64}, {16'000, 512}},
       "desktop: row 12"},
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

std::optional<Preset> heap_preset_of(std::string_view key, std::string_view like) {
  const HeapPreset& preset = heap_preset(like);
  if (key == "lifetimes") {
    return Preset{shares_text(preset.lifetimes, kSecond), preset.lifetimes_evidence,
                  preset.lifetimes_source};
  }
  if (key != "groups") return std::nullopt;
  return Preset{shares_text(preset.groups, 1), Evidence::measured, preset.groups_source};
}

}  // namespace ksmsim::models
