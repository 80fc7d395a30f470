#include "traces/snapshots/course.hpp"

#include "sim/base/mix.hpp"

namespace ksmsim::traces::snapshots {

const Layout& Course::layout_before(std::size_t k) const {
  static const Layout kNothing;
  return k == 0 ? kNothing : layout(k - 1);
}

// What a guest that ran before the recording held when it began is not known. The first snapshot is
// the best guess: otherwise the guest would fill its memory as one that starts.
std::optional<Time> Course::held_since(std::size_t k, std::uint32_t guest) const {
  if (k > 0) return std::nullopt;
  if (state_at) return state_at;
  return data.guests[guest].ran_before() ? std::optional(kStart) : std::nullopt;
}

std::uint64_t Course::salt(std::size_t k, std::uint32_t guest, PageIndex page) const {
  return mix64(page.value ^ std::uint64_t{guest} << 40) + at(k).number;
}

Time read_time(const SnapshotInfo& snapshot, std::uint64_t i) {
  const std::int64_t took = (snapshot.end - snapshot.begin).count();
  const auto pages = static_cast<std::int64_t>(snapshot.pages);
  const auto page = static_cast<std::int64_t>(i);
  // In two parts, since took * page may not fit.
  return snapshot.begin + Duration{took / pages * page + took % pages * page / pages};
}

std::vector<std::size_t> snapshots_between(const Dataset& data, Time from, Time until) {
  std::vector<std::size_t> used;
  const auto& frozen = data.frozen;
  for (std::size_t i = 0; i < data.snapshots.size(); ++i) {
    const SnapshotInfo& snapshot = data.snapshots[i];
    if (snapshot.begin < from) continue;
    const bool while_frozen = frozen && snapshot.begin >= frozen->begin &&
                              (!frozen->end || snapshot.begin < *frozen->end);
    if (while_frozen && i != frozen->snapshot) continue;
    used.push_back(i);
    // The first one behind the end still shows what changed before the end.
    if (snapshot.begin > until) break;
  }
  return used;
}

}  // namespace ksmsim::traces::snapshots
