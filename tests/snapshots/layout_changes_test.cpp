#include "traces/snapshots/layout_changes.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "sim/base/random.hpp"

using namespace ksmsim;
using namespace ksmsim::traces::snapshots;

namespace {

using Page = std::pair<std::uint32_t, std::uint64_t>;

// Every page of the layout and its offset.
std::map<Page, std::uint64_t> offsets(const Layout& layout) {
  std::map<Page, std::uint64_t> pages;
  for (const Region& region : layout) {
    for (std::uint64_t i = 0; i < region.count.value; ++i) {
      const std::uint64_t offset = pages.size();
      pages[{region.guest, region.start.value + i}] = offset;
    }
  }
  return pages;
}

Layout random_layout(RandomStream& random) {
  Layout layout;
  for (std::uint32_t guest = 0; guest < 3; ++guest) {
    std::uint64_t at = 0;
    for (std::uint64_t n = random.below(4); n > 0; --n) {
      at += random.below(4);
      const std::uint64_t pages = random.between(1, 6);
      layout.push_back({guest, "r", PageIndex{at}, PageCount{pages}});
      at += pages;
    }
  }
  return layout;
}

}  // namespace

TEST_CASE("every page is kept, appeared or vanished, once, with its offsets") {
  RandomStream random(2, "layouts");
  for (int round = 0; round < 3000; ++round) {
    const Layout before = random_layout(random), now = random_layout(random);
    const auto old = offsets(before), fresh = offsets(now);
    const LayoutChanges changes = compare(before, now);
    std::set<Page> kept, appeared, vanished;
    for (const auto& [range, offset_before] : changes.kept) {
      for (std::uint64_t i = 0; i < range.count.value; ++i) {
        const Page page{range.guest, range.start.value + i};
        REQUIRE(fresh.at(page) == range.offset + i);
        REQUIRE(old.at(page) == offset_before + i);
        REQUIRE(kept.insert(page).second);
      }
    }
    for (const LayoutRange& range : changes.appeared) {
      for (std::uint64_t i = 0; i < range.count.value; ++i) {
        const Page page{range.guest, range.start.value + i};
        REQUIRE(fresh.at(page) == range.offset + i);
        REQUIRE(old.count(page) == 0);
        REQUIRE(appeared.insert(page).second);
      }
    }
    for (const LayoutRange& range : changes.vanished) {
      for (std::uint64_t i = 0; i < range.count.value; ++i) {
        const Page page{range.guest, range.start.value + i};
        REQUIRE(fresh.count(page) == 0);
        REQUIRE(old.at(page) == range.offset + i);
        REQUIRE(vanished.insert(page).second);
      }
    }
    REQUIRE(kept.size() + appeared.size() == fresh.size());
    REQUIRE(kept.size() + vanished.size() == old.size());
  }
}
