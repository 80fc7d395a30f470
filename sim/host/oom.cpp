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
  // Until 5.2 a leader of a thread group was kept against one as bad.
  constexpr ksm::Version kLastOfEquals{5, 3, 0};
  const bool last = machine.ksmd().traits().version >= kLastOfEquals;
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
