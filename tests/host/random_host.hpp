// Small hosts with some of everything that a site can map: pages of its own, merged and forked
// frames, swap, pages of zeros. Many pages are equal, a third are zeros.
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>

#include "sim/base/random.hpp"
#include "tests/host/small_host.hpp"

namespace ksmsim::host::guests {

inline Host random_host(std::uint64_t seed) {
  constexpr std::uint64_t kPages = 600;  // Of a guest: more than a block.
  RandomStream random(seed, "random host");
  const auto some = [&random](std::uint32_t mm) {
    const std::uint64_t first = random.below(kPages);
    return range(mm, first, random.between(1, std::min<std::uint64_t>(40, kPages - first)));
  };
  Host host;
  host.set("max_page_sharing", std::to_string(random.between(2, 200)));
  host.set("use_zero_pages", random.chance(1, 2) ? "1" : "0");
  if (random.chance(1, 3)) host.set("merge_across_nodes", "0");
  std::uint32_t guests = 0;
  for (; guests < 3; ++guests) {
    host.apply(begin(guests)).apply(map(range(guests, 0, kPages)));
    host.apply(input::SetNode{range(guests, 100, 300), NumaNode{1}});
  }
  for (int step = 0; step < 120; ++step) {
    const auto mm = static_cast<std::uint32_t>(random.below(guests));
    const input::PageRange pages = some(mm);
    switch (random.below(12)) {
      case 0:
        if (guests < 6) host.apply(fork(mm, guests++));
        break;
      case 1:
        host.apply(input::SwapOut{pages});
        break;
      case 2:
        host.passes(1);
        break;
      case 3:
        host.apply(input::Discard{pages});
        break;
      case 4:
        host.apply(input::Read{pages});
        break;
      case 5:
        host.apply(input::Advise{
            pages, random.chance(1, 4) ? input::Mergeable::no : input::Mergeable::yes});
        break;
      case 6:
      case 7:
        host.apply(input::Write{pages, {.first = 0, .period = 1, .each = {}}, ClassId{1}});
        break;
      default:
        host.apply(input::Write{pages,
                                {.first = random.between(1, 30),
                                 .period = random.between(1, pages.count.value),
                                 .each = {}},
                                ClassId{static_cast<std::uint16_t>(random.below(3))}});
    }
  }
  return host;
}

}  // namespace ksmsim::host::guests
