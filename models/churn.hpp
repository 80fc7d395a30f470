// Pages that are rewritten after a while, by classes of lifetimes: in each class pages are chosen
// at random, so many a second that a page lives so long on average.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/activity.hpp"
#include "models/pace.hpp"
#include "models/parameters.hpp"
#include "sim/base/random.hpp"

namespace ksmsim::models {

class Churn {
 public:
  // Gives pages `first` to first + pages - 1 these lifetimes: each part of the pages, in order, has
  // one. What is left is never rewritten. REQUIRES: parts sum to at most 1.
  void add(std::uint64_t first, std::uint64_t pages, const std::vector<Share>& lifetimes) {
    std::uint64_t at = first;
    for (const Share& share : lifetimes) {
      const std::uint64_t count = part_of(pages, static_cast<std::uint64_t>(share.part_ppm));
      if (count > 0 && share.value > 0) {
        classes_.push_back({at, count, static_cast<std::uint64_t>(share.value), 0, 0});
      }
      at += count;
    }
  }
  bool stands_still() const { return classes_.empty(); }

  // A tick has passed at this activity; the pages below `present` are there. Calls rewrite(page)
  // for pages that are due. It returns how many pages it has rewritten, and so many are no longer
  // due. With 0 that page could not be taken, and another one is tried.
  template <class Rewrite>
  void tick(std::uint64_t level_ppm, std::uint64_t present, RandomStream& random,
            const Rewrite& rewrite) {
    for (Class& c : classes_) {
      if (present <= c.first) continue;
      const std::uint64_t pages = std::min(c.pages, present - c.first);
      for (std::uint64_t due = c.due(pages, level_ppm); due > 0;) {
        const std::uint64_t done = rewrite(c.first + random.below(pages));
        c.ahead += done > due ? done - due : 0;
        due -= std::min(due, done);
      }
    }
  }

 private:
  struct Class {
    std::uint64_t first, pages, life_ns;
    std::uint64_t owed;   // Page-nanoseconds of life used up and not yet rewritten.
    std::uint64_t ahead;  // Pages rewritten before they were due.

    // A tick's ns are taken in millionths of themselves, so that nothing overflows: 2^32 pages,
    // 10^3 of those, 10^6 ppm.
    std::uint64_t due(std::uint64_t present, std::uint64_t level_ppm) {
      owed += present * (static_cast<std::uint64_t>(kTick.count()) / kWholePpm) * level_ppm;
      const std::uint64_t all = owed / life_ns;
      owed %= life_ns;
      const std::uint64_t paid = std::min(all, ahead);
      ahead -= paid;
      return all - paid;
    }
  };
  std::vector<Class> classes_;
};

}  // namespace ksmsim::models
