#include "sim/host/controllers/pace.hpp"

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/host/controllers/registry.hpp"

namespace ksmsim::host::controllers {
namespace {

std::string instruction(std::string_view what, std::string_view constant, std::string_view of,
                        std::int64_t now) {
  return std::string(what) + " " + std::string(constant) + " of " + std::string(of) + " (now " +
         std::to_string(now) + ")";
}

// Of a controller whose entries name the knobs.
std::optional<std::string> by_entries(std::string_view what, const std::string& knob,
                                      std::string_view entries, const ControllerOptions& options) {
  const bool named =
      std::any_of(options.constants.begin(), options.constants.end(), [&](const auto& given) {
        return given.first == entries && given.second.find(":" + knob + "=") != std::string::npos;
      });
  if (!named) return std::nullopt;
  return std::string(what) + " " + knob + " in the entries of " + options.name;
}

}  // namespace

Pace faster(const ControllerOptions& options, const ksm::Knobs& knobs) {
  if (options.name.empty()) return {};
  const auto info = find_controller(options.name);
  KSM_CHECK(info.ok());
  const PaceConstants& pace = (*info)->pace;
  if (!pace.entries.empty()) {
    return {.pages = by_entries("raise", "pages_to_scan", pace.entries, options),
            .sleep = by_entries("lower", "sleep_millisecs", pace.entries, options)};
  }
  if (pace.most_pages.empty()) return {};
  const auto values = ConstantValues::parse((*info)->constants, options.constants);
  KSM_CHECK(values.ok());
  // Below the most the controller finds no reason for more: it keeps to the least then.
  const bool at_most = knobs.pages_to_scan >= (*values)[pace.most_pages];
  const std::string_view pages = at_most ? pace.most_pages : pace.least_pages;
  const std::int64_t least_ms =
      std::max(pace.least_sleep_ms, pace.least_sleep.empty() ? 0 : (*values)[pace.least_sleep]);
  const bool sleeps_longer = knobs.sleep_millisecs > least_ms;
  return {.pages = instruction("raise", pages, options.name, (*values)[pages]),
          .sleep = sleeps_longer
                       ? instruction("lower", pace.sleep, options.name, (*values)[pace.sleep])
                       : std::string()};
}

}  // namespace ksmsim::host::controllers
