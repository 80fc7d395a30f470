#include "sim/ksm/ticks.hpp"

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"

namespace ksmsim::ksm {

using std::chrono::milliseconds;

TEST_CASE("a tick of HZ 250 lasts 4 ms, and a moment lies in the tick that has begun") {
  const Ticks ticks;
  CHECK(ticks.at(kStart) == 0);
  CHECK(ticks.at(kStart + milliseconds(4) - Duration{1}) == 0);
  CHECK(ticks.at(kStart + milliseconds(4)) == 1);
  CHECK(ticks.begin(26) == kStart + milliseconds(104));
}

TEST_CASE("the time since boot decides the phase of the ticks") {
  const Ticks ticks{.hz = 250, .boot = milliseconds(1003)};
  CHECK(ticks.at(kStart) == 250);
  CHECK(ticks.at(kStart + milliseconds(1)) == 251);
  CHECK(ticks.begin(251) == kStart + milliseconds(1));
}

TEST_CASE("a tick begins at the first nanosecond that lies in it, whatever HZ is") {
  RandomStream random(1, "ticks");
  for (int i = 0; i < 5000; ++i) {
    const Ticks ticks{.hz = static_cast<std::uint32_t>(random.between(24, 1000)),
                      .boot = Duration{static_cast<std::int64_t>(random.below(1ull << 50))}};
    const std::uint64_t tick = ticks.at(kStart) + 1 + random.below(1ull << 32);
    const Time begin = ticks.begin(tick);
    INFO("hz " << ticks.hz << " tick " << tick);
    REQUIRE(ticks.at(begin) == tick);
    REQUIRE(ticks.at(begin - Duration{1}) == tick - 1);
  }
}

TEST_CASE("milliseconds become ticks rounded up") {
  const Ticks hz250;
  CHECK(hz250.of_millisecs(0) == 0);
  CHECK(hz250.of_millisecs(1) == 1);
  CHECK(hz250.of_millisecs(4) == 1);
  CHECK(hz250.of_millisecs(5) == 2);
  CHECK(hz250.of_millisecs(20) == 5);
  CHECK(hz250.of_millisecs(0x7fffffff) == 536870912);
  const Ticks hz1000{.hz = 1000, .boot = {}};
  CHECK(hz1000.of_millisecs(20) == 20);
  const Ticks hz100{.hz = 100, .boot = {}};
  CHECK(hz100.of_millisecs(11) == 2);
}

TEST_CASE("2^31 milliseconds and more are for ever") {
  CHECK(Ticks{}.of_millisecs(0x80000000) > std::uint64_t{1} << 40);
  CHECK(Ticks{}.of_millisecs(0xffffffff) > std::uint64_t{1} << 40);
}

}  // namespace ksmsim::ksm
