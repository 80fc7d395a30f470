// Where in time a change is put. Two snapshots say only that it happened between the two moments
// at which its page was read, and outside the time in which the guests were frozen.
#pragma once
#include <cstdint>
#include <optional>

#include "sim/base/time.hpp"

namespace ksmsim::traces::looks {

enum class Placement : std::uint8_t {
  earlier,  // Right after the earlier read.
  middle,
  later,   // Just in time for the later read.
  spread,  // Anywhere between, evenly: by a hash of page and snapshot, so the same every time.
};

class Placer {
 public:
  // Times are put on multiples of `grain` where one of them is possible, so that changes fall
  // together; kNoGrain leaves them as they are. REQUIRES: grain >= 0.
  Placer(Placement placement, Duration grain) : placement_(placement), grain_(grain) {}

  static constexpr Duration kNoGrain{0};
  // Nothing changes from `begin` to `end`. REQUIRES: begin <= end.
  void freeze(Time begin, Time end) { frozen_ = {begin, end}; }

  // A time in [earliest, latest] that is not frozen (`latest` if all of it is). Equal arguments
  // have equal answers. REQUIRES: earliest <= latest.
  Time place(Time earliest, Time latest, std::uint64_t salt) const;
  // A time that was chosen otherwise, put on a multiple of `grain` if one lies in the bounds.
  Time align(Time at, Time earliest, Time latest) const { return on_grain(at, {earliest, latest}); }

 private:
  struct Span {
    Time begin, end;
  };

  Duration offset(Duration length, std::uint64_t salt) const;
  Time on_grain(Time at, Span within) const;

  Placement placement_;
  Duration grain_;
  std::optional<Span> frozen_;
};

}  // namespace ksmsim::traces::looks
