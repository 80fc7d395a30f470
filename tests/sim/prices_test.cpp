#include "sim/cost/prices.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "sim/base/random.hpp"

namespace ksmsim::cost {
namespace {

// A different price for every unit.
Prices distinct_prices() {
  Prices prices;
  std::uint64_t next = 3;
  for_each_unit([&](const char*, auto unit) { prices.*unit = next = next * 7 + 1; });
  return prices;
}

}  // namespace

TEST_CASE("the depth of a tree is constant between powers of two") {
  const std::uint64_t depths[] = {0, 1, 2, 2, 3, 3, 3, 3, 4};
  for (std::uint64_t nodes = 0; nodes < 9; ++nodes) CHECK(depth(nodes) == depths[nodes]);
  CHECK(depth((1u << 20) - 1) == 20);
  CHECK(depth(1u << 20) == 21);
}

TEST_CASE("every unit of work has a name of its own and is in the list once") {
  std::set<std::string> names;
  Work work;
  for_each_unit([&](const char* name, auto unit) {
    CHECK(names.insert(name).second);
    CHECK(work.*unit == 0);
    work.*unit = 1;
  });
  CHECK(names.size() * sizeof(std::uint64_t) == sizeof(Units));
}

TEST_CASE("work costs the sum of its units times their prices") {
  CHECK(price({}, distinct_prices()) == 0);
  CHECK(price({.visits = 2, .checksums = 3}, {.visits = 10, .checksums = 100, .merges = 1}) == 320);
}

TEST_CASE("a meter that prices as it counts ends at the price of all its work") {
  RandomStream random(1, "meter");
  Meter meter(distinct_prices(), {.otherwise = 5, .by_class = {1, 70}});
  for (int i = 0; i < 500; ++i) {
    for_each_unit([&](const char*, auto unit) {
      if (random.chance(1, 4)) meter.add(unit, random.below(9));
    });
    const ClassId page_class{static_cast<std::uint16_t>(random.below(4))};
    meter.add_search(random.chance(1, 2) ? &Units::stable_steps : &Units::unstable_steps,
                     random.next() >> random.between(34, 64 - 1), page_class);
  }
  CHECK(meter.picoseconds() == price(meter.work(), distinct_prices()));
}

TEST_CASE("a search costs its depth, its far steps and the bytes that its class agrees in") {
  Meter meter(distinct_prices(), {.otherwise = 5, .by_class = {1, 70}});
  meter.add_search(&Units::stable_steps, 0, ClassId{0});
  CHECK(meter.work() == Work{});
  meter.add_search(&Units::stable_steps, 1000, ClassId{1});
  CHECK(meter.work() == Work{.stable_steps = 10, .agreed_bytes = 700});
  meter.add_search(&Units::unstable_steps, 1u << 15, ClassId{9});
  CHECK(meter.work() == Work{.stable_steps = 10,
                             .unstable_steps = 16,
                             .far_steps = 16 - kNearSteps,
                             .agreed_bytes = 700 + 16 * 5});
}

TEST_CASE("the stored prices are possible: a visit costs something, and less than a millisecond") {
  const std::uint64_t visit = price({.visits = 1, .checksums = 1}, measured_prices());
  CHECK(visit > 100'000);
  for_each_unit([](const char* name, auto unit) {
    INFO(name);
    CHECK(measured_prices().*unit < 1'000'000'000);
  });
}

}  // namespace ksmsim::cost
