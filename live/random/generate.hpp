// Random lockstep scripts, of which a real kernel's rows are the same each time. A script is made
// from the name of its family and a seed, by whole numbers from named streams: the same text on
// every machine. Every knob that some kernel lacks is set with `set?`, so that each script runs on
// each kernel.
//
// What the clock decides is not in them: chains are pruned at each search or never, and the
// advisor, which measures how long a pass lasts, is left alone.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "live/random/abilities.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::live::random {

// A family, as one chooses it.
struct Profile {
  std::string_view name;
  std::string_view about;
  Abilities needs;
};

// All of them, in an order that stays.
std::vector<Profile> profiles();

// The script, with `scale` times as many pages as usual. An Error lists the profiles if there is
// none of this name. REQUIRES: 1 <= scale <= kScaleMost.
inline constexpr std::uint64_t kScaleMost = 1000;
Result<std::string> generate(std::string_view profile, std::uint64_t seed, std::uint64_t scale = 1);

}  // namespace ksmsim::live::random
