#include "sim/host/controllers/pace.hpp"

#include <algorithm>
#include <string>

#include "sim/base/check.hpp"
#include "sim/host/controllers/registry.hpp"

namespace ksmsim::host::controllers {
namespace {

using results::Hold;
using results::PaceHold;

// Of a controller whose entries name the knobs.
PaceHold by_entries(const std::string& knob, std::string_view entries,
                    const ControllerOptions& options) {
  const bool named =
      std::any_of(options.constants.begin(), options.constants.end(), [&](const auto& given) {
        return given.first == entries && given.second.find(":" + knob + "=") != std::string::npos;
      });
  return named ? PaceHold{Hold::entry, knob, 0} : PaceHold{};
}

}  // namespace

Pace faster(const ControllerOptions& options, const ksm::Knobs& knobs) {
  if (options.name.empty()) return {};
  const auto info = find_controller(options.name);
  KSM_CHECK(info.ok());
  const PaceConstants& pace = (*info)->pace;
  if (!pace.entries.empty()) {
    return {.pages = by_entries("pages_to_scan", pace.entries, options),
            .sleep = by_entries("sleep_millisecs", pace.entries, options)};
  }
  if (pace.most_pages.empty()) return {};
  const auto values = ConstantValues::parse((*info)->constants, options.constants);
  KSM_CHECK(values.ok());
  const auto by_constant = [&values](std::string_view name) {
    return PaceHold{Hold::constant, std::string(name), (*values)[name]};
  };
  // Below the most the controller finds no reason for more: it keeps to the least then.
  const bool at_most = knobs.pages_to_scan >= (*values)[pace.most_pages];
  const std::int64_t least_ms =
      std::max(pace.least_sleep_ms, pace.least_sleep.empty() ? 0 : (*values)[pace.least_sleep]);
  const bool sleeps_longer = knobs.sleep_millisecs > least_ms;
  return {.pages = by_constant(at_most ? pace.most_pages : pace.least_pages),
          .sleep = sleeps_longer ? by_constant(pace.sleep) : PaceHold{Hold::at_limit, {}, 0}};
}

}  // namespace ksmsim::host::controllers
