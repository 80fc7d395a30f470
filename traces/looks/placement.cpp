#include "traces/looks/placement.hpp"

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/base/mix.hpp"

namespace ksmsim::traces::looks {

Duration Placer::offset(Duration length, std::uint64_t salt) const {
  switch (placement_) {
    case Placement::earlier:
      return Duration{0};
    case Placement::middle:
      return length / 2;
    case Placement::later:
      return length;
    case Placement::spread:
      break;
  }
  const auto choices = static_cast<std::uint64_t>(length.count()) + 1;
  return Duration{static_cast<std::int64_t>(mix64(salt) % choices)};
}

Time Placer::on_grain(Time at, Span within) const {
  if (grain_ == kNoGrain) return at;
  const Time down = at - at.time_since_epoch() % grain_;
  if (down >= within.begin) return down;
  const Time up = down + grain_;
  return up <= within.end ? up : at;
}

Time Placer::place(Time earliest, Time latest, std::uint64_t salt) const {
  KSM_CHECK(earliest <= latest);
  Span before{earliest, latest}, after{latest, latest};
  if (frozen_) {
    before.end = std::clamp(frozen_->begin, earliest, latest);
    after.begin = std::clamp(frozen_->end, earliest, latest);
  }
  const Duration first = before.end - before.begin;
  const Duration rest = after.end - after.begin;
  const Duration at = offset(first + rest, salt);
  if (rest == Duration{0} ? first > Duration{0} : at < first) {
    return on_grain(before.begin + at, before);
  }
  return on_grain(after.begin + (at - first), after);
}

}  // namespace ksmsim::traces::looks
