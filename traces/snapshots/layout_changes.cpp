#include "traces/snapshots/layout_changes.hpp"

#include <algorithm>
#include <map>

namespace ksmsim::traces::snapshots {
namespace {

// The regions of each guest, ascending, as ranges.
using ByGuest = std::map<std::uint32_t, std::vector<LayoutRange>>;

ByGuest by_guest(const Layout& layout) {
  ByGuest guests;
  std::uint64_t offset = 0;
  for (std::size_t i = 0; i < layout.size(); ++i) {
    const Region& region = layout[i];
    guests[region.guest].push_back({region.guest, i, region.start, region.count, offset});
    offset += region.count.value;
  }
  return guests;
}

// The part [start, end) of a range. REQUIRES: it is not empty and within the range.
LayoutRange part(const LayoutRange& range, PageIndex start, PageIndex end) {
  LayoutRange cut = range;
  cut.offset += (start - range.start).value;
  cut.start = start;
  cut.count = end - start;
  return cut;
}

// Cuts `range` along `others` (ascending): on_shared(part, other) for each part that is in one of
// them, on_rest(part) for each that is in none.
template <class OnShared, class OnRest>
void cut(const LayoutRange& range, const std::vector<LayoutRange>& others, OnShared&& on_shared,
         OnRest&& on_rest) {
  const auto end_of = [](const LayoutRange& r) { return r.start + r.count; };
  PageIndex at = range.start;
  const PageIndex end = end_of(range);
  auto other = std::partition_point(others.begin(), others.end(),
                                    [&](const LayoutRange& o) { return end_of(o) <= at; });
  for (; other != others.end() && other->start < end; ++other) {
    if (at < other->start) on_rest(part(range, at, other->start));
    at = std::max(at, other->start);
    const PageIndex to = std::min(end, end_of(*other));
    on_shared(part(range, at, to), part(*other, at, to));
    at = to;
  }
  if (at < end) on_rest(part(range, at, end));
}

}  // namespace

LayoutChanges compare(const Layout& before, const Layout& now) {
  LayoutChanges changes;
  const ByGuest old = by_guest(before), fresh = by_guest(now);
  const std::vector<LayoutRange> none;
  const auto of = [&none](const ByGuest& guests, std::uint32_t guest) -> const auto& {
    const auto at = guests.find(guest);
    return at == guests.end() ? none : at->second;
  };
  for (const auto& [guest, ranges] : fresh) {
    for (const LayoutRange& range : ranges) {
      cut(
          range, of(old, guest),
          [&](const LayoutRange& shared, const LayoutRange& other) {
            changes.kept.push_back({shared, other.offset});
          },
          [&](const LayoutRange& rest) { changes.appeared.push_back(rest); });
    }
  }
  for (const auto& [guest, ranges] : old) {
    for (const LayoutRange& range : ranges) {
      cut(
          range, of(fresh, guest), [](const LayoutRange&, const LayoutRange&) {},
          [&](const LayoutRange& rest) { changes.vanished.push_back(rest); });
    }
  }
  return changes;
}

}  // namespace ksmsim::traces::snapshots
