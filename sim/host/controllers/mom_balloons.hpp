// How oVirt's MOM sets the guests' balloons: vdsm's mom.d/02-balloon.policy. While free memory is
// below the threshold every guest shrinks, at most by a part of its memory each time, down to what
// it uses and a reserve that dwindles with the host's free memory; below the critical part the
// reserve is negative, so that guests swap. Otherwise balloons shrink as slowly.
//
// Assumed, as the host does not see into guests: a guest uses what is resident of it (the real one
// asks the guest; both count its page cache as used).
#pragma once
#include <cstdint>
#include <vector>

#include "sim/host/controller.hpp"

namespace ksmsim::host::controllers {

enum class Ballooning : std::uint8_t { deflates_only, both_ways };

// Parts in millionths.
struct BalloonRules {
  Ballooning ballooning = Ballooning::both_ways;
  std::int64_t pressure_threshold = 200'000;
  std::int64_t pressure_critical = 50'000;
  std::int64_t min_guest_free = 200'000;  // That an unconstrained guest likes to keep.
  std::int64_t max_change = 50'000;       // Of a guest's memory, a step.
  std::int64_t min_change = 2'500;        // Less is not worth a step.
  std::int64_t guaranteed = 0;            // Of what the guest was given.
};

// Targets of the guests whose balloon shall change, when this part of the host (in millionths) is
// free.
std::vector<BalloonTarget> balloon_targets(const BalloonRules& rules,
                                           const std::vector<GuestProcess>& guests,
                                           std::int64_t host_free);

}  // namespace ksmsim::host::controllers
