#include "traces/moments/distinct_counter.hpp"

namespace ksmsim::traces::moments {

Result<DistinctCounter::Counts> DistinctCounter::count(std::size_t parts) {
  if (auto r = seen_.sort(); !r) return r.error();
  Counts counts{0, std::vector<std::uint64_t>(parts)};
  std::optional<Seen> before;
  while (true) {
    const auto seen = seen_.next();
    if (!seen) return seen.error();
    if (!*seen) break;
    if (!before || before->content != (*seen)->content) ++counts.all;
    if (before != *seen) ++counts.parts[(*seen)->part];
    before = *seen;
  }
  seen_.clear();
  return counts;
}

}  // namespace ksmsim::traces::moments
