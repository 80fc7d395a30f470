#include "traces/looks/resident_growth.hpp"

#include <algorithm>

#include "sim/base/mix.hpp"

namespace ksmsim::traces::looks {
namespace {

// A span of pages or time is cut into so many parts, so that no product overflows.
constexpr std::uint64_t kParts = std::uint64_t{1} << 20;

// Which part of `span` has `gone`. REQUIRES: gone <= span, span > 0.
std::uint64_t part_of(std::uint64_t gone, std::uint64_t span) {
  const std::uint64_t part = span < kParts ? gone * kParts / span : gone / (span / kParts);
  return std::min(part, kParts);
}

}  // namespace

void ResidentGrowth::note(std::uint32_t guest, Time since, Time at, std::uint64_t pages) {
  if (guest >= guests_.size()) guests_.resize(guest + 1);
  if (guest >= last_.size()) last_.resize(guest + 1, 0);
  auto& points = guests_[guest];
  // A guest that is seen for the first time began with nothing.
  if (points.empty()) points.push_back({since, 0});
  const std::uint64_t more = pages > last_[guest] ? pages - last_[guest] : 0;
  points.push_back({at, points.back().grown + more});
  last_[guest] = pages;
}

std::uint64_t ResidentGrowth::grown_until(const std::vector<Point>& points, Time at) {
  const auto after = std::partition_point(points.begin(), points.end(),
                                          [at](const Point& p) { return p.at <= at; });
  if (after == points.begin()) return 0;
  const Point& before = *(after - 1);
  if (after == points.end()) return before.grown;
  const auto span = static_cast<std::uint64_t>((after->at - before.at).count());
  const auto gone = static_cast<std::uint64_t>((at - before.at).count());
  return before.grown + (after->grown - before.grown) * part_of(gone, span) / kParts;
}

std::optional<Time> ResidentGrowth::place(std::uint32_t guest, Time earliest, Time latest,
                                          std::uint64_t salt) const {
  if (guest >= guests_.size() || guests_[guest].size() < 2) return std::nullopt;
  const std::vector<Point>& points = guests_[guest];
  const std::uint64_t from = grown_until(points, earliest);
  const std::uint64_t to = grown_until(points, latest);
  if (to <= from) return std::nullopt;
  const std::uint64_t wanted = from + 1 + mix64(salt) % (to - from);
  const auto at = std::partition_point(points.begin(), points.end(),
                                       [wanted](const Point& p) { return p.grown < wanted; });
  if (at == points.end()) return latest;
  if (at == points.begin()) return earliest;
  const Point& before = *(at - 1);
  const auto span = static_cast<std::uint64_t>((at->at - before.at).count());
  const std::uint64_t part = part_of(wanted - before.grown, at->grown - before.grown);
  const std::uint64_t whole = span / kParts * part + span % kParts * part / kParts;
  return std::clamp(before.at + Duration{static_cast<std::int64_t>(whole)}, earliest, latest);
}

}  // namespace ksmsim::traces::looks
