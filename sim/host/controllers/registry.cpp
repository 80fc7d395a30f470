#include "sim/host/controllers/registry.hpp"

#include <array>
#include <vector>

#include "sim/base/nearest.hpp"
#include "sim/host/controllers/fixed.hpp"
#include "sim/host/controllers/ksmtuned.hpp"

namespace ksmsim::host::controllers {
namespace {

using Made = Result<std::unique_ptr<Controller>>;

// Reads the constants by their table, then makes the controller.
template <ConstantTable (*table)(), std::unique_ptr<Controller> (*make)(const ConstantValues&)>
Made by_table(const ControllerOptions& options, const ksm::Traits&) {
  const auto values = ConstantValues::parse(table(), options.constants);
  if (!values) return values.error();
  return make(*values);
}

Made fixed(const ControllerOptions& options, const ksm::Traits& kernel) {
  return make_fixed(options.constants, kernel);
}

const std::array kControllers = {
    ControllerInfo{"ksmtuned",
                   "the script of RHEL, Fedora and Debian: runs KSM while guests come near RAM",
                   ksmtuned_constants(), "", by_table<ksmtuned_constants, make_ksmtuned>},
    ControllerInfo{"ksmtuned-proxmox",
                   "Proxmox VE's version of it: sees all guests, sums PSS, sleeps ten times longer",
                   ksmtuned_proxmox_constants(), "",
                   by_table<ksmtuned_proxmox_constants, make_ksmtuned>},
    ControllerInfo{"fixed", "sets knobs once, at the start", ConstantTable{},
                   "KNOB=VALUE, any knob of /sys/kernel/mm/ksm", fixed},
};

}  // namespace

std::span<const ControllerInfo> all_controllers() { return kControllers; }

Result<const ControllerInfo*> find_controller(const std::string& name) {
  std::vector<std::string> known;
  for (const ControllerInfo& info : kControllers) {
    if (info.name == name) return &info;
    known.emplace_back(info.name);
  }
  return Error{"there is no controller '" + name + "'; the nearest is '" + nearest(name, known) +
               "'"};
}

Result<std::unique_ptr<Controller>> make_controller(const ControllerOptions& options,
                                                    const ksm::Traits& kernel) {
  if (options.name.empty()) return std::unique_ptr<Controller>();
  const auto info = find_controller(options.name);
  if (!info) return info.error();
  auto made = (*info)->make(options, kernel);
  if (!made) return made.error().in("controller " + options.name);
  return made;
}

}  // namespace ksmsim::host::controllers
