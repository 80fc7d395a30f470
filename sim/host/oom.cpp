#include "sim/host/oom.hpp"

#include "sim/host/memory_view.hpp"
#include "sim/host/ram.hpp"

namespace ksmsim::host {

std::int64_t oom_badness(const Machine& machine, MmId mm, std::int64_t overhead_pages) {
  const SpaceMemory held = memory_of(machine.memory(), mm);
  const auto tables = static_cast<std::int64_t>(machine.memory().space(mm).blocks.size());
  return (held.rss_kb() + held.swap_kb) / kPageKb + tables + overhead_pages;
}

std::optional<OomVictim> oom_victim(const Machine& machine, std::int64_t overhead_pages) {
  const bool last = machine.ksmd().traits().oom_of_equals == ksm::OomOfEquals::last;
  std::optional<OomVictim> worst;
  for (std::uint32_t m = 0; m < machine.memory().spaces(); ++m) {
    if (!machine.memory().space(MmId{m}).living) continue;
    const std::int64_t badness = oom_badness(machine, MmId{m}, overhead_pages);
    if (!worst || badness > worst->badness_pages || (last && badness == worst->badness_pages)) {
      worst = OomVictim{MmId{m}, badness};
    }
  }
  return worst;
}

}  // namespace ksmsim::host
