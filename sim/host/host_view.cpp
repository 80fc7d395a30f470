#include "sim/host/host_view.hpp"

namespace ksmsim::host {

HostView host_view(const Machine& machine, const HostLoop& host, Time now,
                   const std::vector<std::string>& names,
                   const std::map<std::string, Accel>& accel) {
  const results::HostFigures figures = host.figures(machine);
  const RamOptions& ram = host.ram().options();
  HostView view;
  view.now = now;
  view.total_kb = ram.total_kb;
  view.free_kb = figures.free_kb;
  view.buffers_kb = figures.buffers_kb;
  view.cached_kb = figures.cached_kb;
  view.available_kb = figures.available_kb;
  view.swap_total_kb = ram.swap_kb;
  view.swap_free_kb = host.ram().swap_free_kb(machine);
  view.knobs = machine.ksmd().knobs();
  for (std::uint32_t m = 0; m < machine.memory().spaces(); ++m) {
    if (!machine.memory().space(MmId{m}).living) continue;
    const results::GuestMemory held = host.memory_of(machine, MmId{m}, names[m]);
    const auto started = accel.find(held.name);
    GuestProcess& process = view.guests.emplace_back();
    process.mm = MmId{m};
    process.name = held.name;
    process.accel = started == accel.end() ? Accel::enable_kvm : started->second;
    process.size_kb = held.size_kb;
    process.rss_kb = held.rss_kb;
    process.pss_kb = held.pss_kb;
    process.balloon_kb = held.balloon_kb;
  }
  return view;
}

}  // namespace ksmsim::host
