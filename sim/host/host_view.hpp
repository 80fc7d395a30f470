// The host as its controller sees it: /proc/meminfo, KSM's knobs, and the processes of living
// guests.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "sim/host/controller.hpp"
#include "sim/host/host_loop.hpp"
#include "sim/host/machine.hpp"

namespace ksmsim::host {

// `names`: guests', by MmId. `accel`: how they were started, by name; others: enable_kvm.
HostView host_view(const Machine& machine, const HostLoop& host, Time now,
                   const std::vector<std::string>& names,
                   const std::map<std::string, Accel>& accel);

}  // namespace ksmsim::host
