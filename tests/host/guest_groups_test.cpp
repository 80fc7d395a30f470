#include "sim/host/guest_groups.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/random.hpp"

namespace ksmsim::host {
namespace {

using Group = std::pair<Guests, std::int64_t>;

// Groups of few of 8 guests, several times each.
std::vector<Group> random_groups(std::uint64_t seed) {
  RandomStream random(seed, "guest groups");
  std::vector<Group> all(random.below(300));
  for (Group& group : all) {
    for (std::uint64_t n = random.between(1, 4); n > 0; --n) {
      group.first.add(MmId{static_cast<std::uint32_t>(random.below(8))});
    }
    group.second = static_cast<std::int64_t>(random.between(1, 3));
  }
  return all;
}

std::vector<Group> dull_largest(const std::vector<Group>& all, std::size_t wanted) {
  std::map<Guests, std::int64_t> sums;
  for (const Group& group : all) sums[group.first] += group.second;
  std::vector<Group> largest(sums.begin(), sums.end());
  std::stable_sort(largest.begin(), largest.end(),
                   [](const Group& a, const Group& b) { return a.second > b.second; });
  if (largest.size() > wanted) largest.resize(wanted);
  return largest;
}

}  // namespace

TEST_CASE("guests are a set, in the order in which they began") {
  Guests guests;
  for (const std::uint32_t mm : {2U, 0U, 2U}) guests.add(MmId{mm});
  CHECK(guests.named({"a", "b", "c"}) == std::vector<std::string>{"a", "c"});
}

TEST_CASE("the largest groups are those of a map of all, however little room there is") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const std::vector<Group> all = random_groups(seed);
    for (const std::size_t room : {1U, 30U, 200U, 1000000U}) {
      LargestGuestGroups groups(10, room);
      int times = 0;
      do {
        for (const Group& group : all) groups.add(group.first, group.second);
        ++times;
      } while (groups.goes_on());
      INFO("seed " << seed << ", room " << room);
      CHECK(groups.largest() == dull_largest(all, 10));
      CHECK((room < 1000000U || times == 1));
    }
  }
}

}  // namespace ksmsim::host
