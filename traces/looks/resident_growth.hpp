// When guests' memory grew: their resident size at times at which somebody looked. A
// page that appears between two snapshots most likely did so while the guest was
// growing, so appearances are spread over the growth and not over the time. (A guest that boots
// fills most of its memory within a second of the ten between two snapshots.)
//
// Only what makes the resident size larger counts; that it also holds memory which is not the
// guest's own (QEMU itself) makes the guess worse, not wrong.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/time.hpp"

namespace ksmsim::traces::looks {

class ResidentGrowth {
 public:
  // Nothing is known of any guest.
  ResidentGrowth() = default;
  // The guest had so many pages then; before `since` it had none, if nothing was noted of it
  // yet. REQUIRES: a guest's times do not go back.
  void note(std::uint32_t guest, Time since, Time at, std::uint64_t pages);

  // A time in [earliest, latest] for an appearance of this guest: evenly over its growth, by a hash
  // of `salt`. Nothing if it is not known to have grown then. REQUIRES: earliest <= latest.
  std::optional<Time> place(std::uint32_t guest, Time earliest, Time latest,
                            std::uint64_t salt) const;

 private:
  // The sum of all growth until a time: pages, ascending.
  struct Point {
    Time at;
    std::uint64_t grown = 0;
  };
  static std::uint64_t grown_until(const std::vector<Point>& points, Time at);

  std::vector<std::vector<Point>> guests_;  // By number of the guest.
  std::vector<std::uint64_t> last_;         // Pages noted last.
};

}  // namespace ksmsim::traces::looks
