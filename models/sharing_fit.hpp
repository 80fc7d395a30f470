// How much of which content guests hold, from what KSM's counters showed when nothing moved any
// more: the published experiments print counters only, and scenarios of them need regions.
//
// Contents come in kinds: every content of a kind is held on so many pages by each guest. With all
// equal pages merged, a content on m > 1 pages is one page shared and m - 1 sharing, one on a
// single page is unshared; so the counters are linear in the number of contents of each kind, and
// non-negative least squares of the relative errors finds these numbers.
#pragma once
#include <string>
#include <vector>

namespace ksmsim::models {

struct ContentKind {
  std::string name;
  std::vector<int> copies;  // Pages of each content, by guest.
};

// Counters at a moment at which everything equal was merged. Units: pages.
struct StablePoint {
  std::vector<int> guests;  // 1: runs, 0: does not; by guest.
  double pages_shared = 0, pages_sharing = 0, pages_unshared = 0;
};

// The number of contents of each kind that explains the points best.
// REQUIRES: 3 * points >= kinds, kinds and points have the same number of guests.
std::vector<double> fit_contents(const std::vector<ContentKind>& kinds,
                                 const std::vector<StablePoint>& points);

// What so many contents of each kind show while these guests run.
StablePoint stable_point(const std::vector<ContentKind>& kinds, const std::vector<double>& contents,
                         const std::vector<int>& guests);

}  // namespace ksmsim::models
