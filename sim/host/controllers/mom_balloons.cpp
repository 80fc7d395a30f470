#include "sim/host/controllers/mom_balloons.hpp"

#include <algorithm>
#include <optional>

#include "sim/host/controllers/constants.hpp"

namespace ksmsim::host::controllers {
namespace {

// Under critical pressure the guest's free part is the host's less this, so negative.
constexpr std::int64_t kCriticalShift = 50'000;

// What a guest has now, and what bounds a change. Units: millionths of a kB, so that parts are
// exact; the target is cut off to kB at the end, as MOM does.
struct Sizes {
  std::int64_t current, given, guaranteed;
  std::int64_t wanted;  // What it uses and its reserve, at least the guaranteed.
};

Sizes sizes_of(const BalloonRules& rules, const GuestProcess& guest, std::int64_t host_free) {
  const std::int64_t current_kb = guest.size_kb - guest.balloon_kb;
  const std::int64_t reserve = host_free <= rules.pressure_critical
                                   ? host_free - kCriticalShift
                                   : rules.min_guest_free * host_free / rules.pressure_threshold;
  const std::int64_t used_kb = std::min(guest.rss_kb, current_kb);
  const std::int64_t guaranteed = guest.size_kb * rules.guaranteed;
  return {.current = current_kb * kMillion,
          .given = guest.size_kb * kMillion,
          .guaranteed = guaranteed,
          .wanted = std::max(guaranteed, used_kb * kMillion + reserve * current_kb)};
}

bool is_worth_it(const BalloonRules& rules, const Sizes& sizes, std::int64_t target) {
  const std::int64_t change = target > sizes.current ? target - sizes.current  //
                                                     : sizes.current - target;
  return change > sizes.current / kMillion * rules.min_change;
}

// The guest's memory after the step; nothing if it stays.
std::optional<std::int64_t> shrunk(const BalloonRules& rules, const Sizes& sizes) {
  const std::int64_t slowest = sizes.current / kMillion * (kMillion - rules.max_change);
  const std::int64_t target = std::max(slowest, sizes.wanted);
  if (target > sizes.current || !is_worth_it(rules, sizes, target)) return std::nullopt;
  return target;
}

std::optional<std::int64_t> grown(const BalloonRules& rules, const Sizes& sizes) {
  if (sizes.current >= sizes.given) return std::nullopt;
  const std::int64_t slowest = sizes.current / kMillion * (kMillion + rules.max_change);
  const std::int64_t target = std::min(std::max(slowest, sizes.wanted), sizes.given);
  if (!is_worth_it(rules, sizes, target)) return std::nullopt;
  return target;
}

}  // namespace

std::vector<BalloonTarget> balloon_targets(const BalloonRules& rules,
                                           const std::vector<GuestProcess>& guests,
                                           std::int64_t host_free) {
  const bool shrinks =
      host_free < rules.pressure_threshold && rules.ballooning == Ballooning::both_ways;
  std::vector<BalloonTarget> targets;
  for (const GuestProcess& guest : guests) {
    const Sizes sizes = sizes_of(rules, guest, host_free);
    std::optional<std::int64_t> target = shrinks ? shrunk(rules, sizes) : grown(rules, sizes);
    if (sizes.current < sizes.guaranteed) target = sizes.guaranteed;
    if (target) targets.push_back({guest.mm, guest.size_kb - *target / kMillion});
  }
  return targets;
}

}  // namespace ksmsim::host::controllers
