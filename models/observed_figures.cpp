#include "models/observed_figures.hpp"

#include <algorithm>
#include <utility>

#include "sim/ksm/counters.hpp"

namespace ksmsim::models {

std::optional<ObservedFigure> find_observed_figure(std::string_view name) {
  const auto at = std::find(kObservedFigureNames.begin(), kObservedFigureNames.end(), name);
  if (at == kObservedFigureNames.end()) return std::nullopt;
  return static_cast<ObservedFigure>(at - kObservedFigureNames.begin());
}

Unit unit_of_observed(std::string_view name) {
  constexpr std::pair<std::string_view, Unit> kEndings[] = {{"_mib", units::kMib},
                                                            {"_gib", units::kGib},
                                                            {"_percent", units::kPercent},
                                                            {"_minutes", units::kMinute}};
  for (const auto& [ending, unit] : kEndings) {
    if (name.ends_with(ending)) return unit;
  }
  return units::kOne;
}

std::vector<std::string_view> observable_names() {
  std::vector<std::string_view> names;
  ksm::for_each_shown(ksm::Counters{},
                      [&names](const char* name, std::int64_t) { names.emplace_back(name); });
  names.insert(names.end(), kObservedFigureNames.begin(), kObservedFigureNames.end());
  return names;
}

}  // namespace ksmsim::models
