#include "sim/host/controllers/registry.hpp"
#include "sim/base/check.hpp"

#include <array>
#include <vector>

#include "sim/base/nearest.hpp"
#include "sim/host/controllers/advisor.hpp"
#include "sim/host/controllers/fixed.hpp"
#include "sim/host/controllers/ksm_service.hpp"
#include "sim/host/controllers/ksmtuned.hpp"
#include "sim/host/controllers/kubevirt.hpp"
#include "sim/host/controllers/mom.hpp"
#include "sim/host/controllers/schedule.hpp"

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

// The same for those that need to know the kernel.
template <class M>
Made with_kernel(ConstantTable table, const ControllerOptions& options, const ksm::Traits& kernel,
                 M make) {
  const auto values = ConstantValues::parse(table, options.constants);
  if (!values) return values.error();
  return make(*values, kernel);
}
Made advisor(const ControllerOptions& options, const ksm::Traits& kernel) {
  return with_kernel(advisor_constants(), options, kernel, make_advisor);
}
Made ksm_service(const ControllerOptions& options, const ksm::Traits& kernel) {
  return with_kernel(ksm_service_constants(), options, kernel, make_ksm_service);
}
Made fixed(const ControllerOptions& options, const ksm::Traits& kernel) {
  return make_fixed(options.constants, kernel);
}
Made schedule(const ControllerOptions& options, const ksm::Traits& kernel) {
  return make_schedule(options.constants, kernel);
}

const std::array kControllers = {
    ControllerInfo{"ksmtuned",
                   "the script of RHEL, Fedora and Debian: runs KSM while guests come near RAM",
                   ksmtuned_constants(), "", LooksAt::memory, kKsmtunedPace,
                   by_table<ksmtuned_constants, make_ksmtuned>},
    ControllerInfo{"ksmtuned-proxmox",
                   "Proxmox VE's version of it: sees all guests, sums PSS, sleeps ten times longer",
                   ksmtuned_proxmox_constants(), "", LooksAt::memory, kKsmtunedPace,
                   by_table<ksmtuned_proxmox_constants, make_ksmtuned>},
    ControllerInfo{"mom", "oVirt's Memory Overcommitment Manager: KSM and balloons",
                   mom_constants(), "", LooksAt::memory, kMomPace,
                   by_table<mom_constants, make_mom>},
    ControllerInfo{"kubevirt", "KubeVirt's handler: runs KSM while little memory is available",
                   kubevirt_constants(), "", LooksAt::memory, kKubevirtPace,
                   by_table<kubevirt_constants, make_kubevirt>},
    ControllerInfo{"advisor", "the kernel's own scan-time advisor (6.8 and later)",
                   advisor_constants(), "", LooksAt::nothing, PaceConstants{}, advisor},
    ControllerInfo{"ksm-service",
                   "the ksm service of RHEL 6 and others: limits KSM pages on 2.6.32, starts KSM",
                   ksm_service_constants(), "", LooksAt::memory, PaceConstants{}, ksm_service},
    ControllerInfo{"schedule", "sets knobs by the time of day", schedule_constants(),
                   "at=TIME:KNOB=VALUE, with commas between several entries; and:",
                   LooksAt::nothing, kSchedulePace, schedule},
    ControllerInfo{"fixed", "sets knobs once, at the start", ConstantTable{},
                   "KNOB=VALUE, any knob of /sys/kernel/mm/ksm", LooksAt::nothing, PaceConstants{},
                   fixed},
};

}  // namespace

std::span<const ControllerInfo> all_controllers() { return kControllers; }

Result<const ControllerInfo*> find_controller(const std::string& name) {
  std::vector<std::string_view> known;
  for (const ControllerInfo& info : kControllers) {
    if (info.name == name) return &info;
    known.push_back(info.name);
  }
  return Error{"there is no controller '" + name + "'; the nearest is '" +
               std::string(nearest(name, known)) + "'"};
}

bool looks_at_memory(const std::string& name) {
  const auto info = find_controller(name);
  KSM_CHECK(info.ok());
  return (*info)->looks_at == LooksAt::memory;
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
