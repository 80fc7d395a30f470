#include "sim/host/controllers/facts.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/host/controllers/pace.hpp"
#include "sim/host/controllers/registry.hpp"

namespace ksmsim::host::controllers {
namespace {

constexpr std::string_view kSees = "sees_accel_kvm";

// Whether the controller passes over guests started with -accel kvm.
bool is_blind(const ControllerOptions& options) {
  const auto info = find_controller(options.name);
  KSM_CHECK(info.ok());
  const ConstantTable table = (*info)->constants;
  const bool may_be = std::any_of(table.begin(), table.end(),
                                  [](const Constant& one) { return one.name == kSees; });
  if (!may_be) return false;
  const auto values = ConstantValues::parse(table, options.constants);
  KSM_CHECK(values.ok());
  return !values->is_yes(kSees);
}

}  // namespace

results::ControllerFacts facts_of(const ControllerOptions& options,
                                  const std::map<std::string, Accel>& accel,
                                  const ksm::Knobs& knobs) {
  results::ControllerFacts facts;
  if (options.name.empty()) return facts;
  facts.name = options.name;
  Pace pace = faster(options, knobs);
  facts.pages = std::move(pace.pages);
  facts.sleep = std::move(pace.sleep);
  if (!is_blind(options)) return facts;
  for (const auto& [guest, started] : accel) {
    if (started == Accel::accel_kvm) facts.unseen_guests.push_back(guest);
  }
  return facts;
}

}  // namespace ksmsim::host::controllers
