#include <catch2/catch.hpp>

#include "sim/base/random.hpp"
#include "traces/looks/placement.hpp"

using namespace ksmsim;
using namespace ksmsim::traces::looks;

namespace {

Time ms(std::int64_t n) { return at_nanoseconds(n * 1'000'000); }

const auto kEvery = {Placement::earlier, Placement::middle, Placement::later, Placement::spread};

}  // namespace

TEST_CASE("a placed change lies in its interval and outside the freeze, whatever the grain") {
  RandomStream random(1, "placement");
  for (int i = 0; i < 20000; ++i) {
    const auto freeze = random.between(0, 1000);
    const auto thaw = random.between(freeze, 1000);
    const auto earliest = random.between(0, 1000), latest = random.between(earliest, 1000);
    for (const Placement placement : kEvery) {
      Placer placer(placement, Duration{static_cast<std::int64_t>(random.below(40))});
      placer.freeze(at_nanoseconds(static_cast<std::int64_t>(freeze)),
                    at_nanoseconds(static_cast<std::int64_t>(thaw)));
      const auto begin = at_nanoseconds(static_cast<std::int64_t>(earliest));
      const auto end = at_nanoseconds(static_cast<std::int64_t>(latest));
      const Time at = placer.place(begin, end, random.next());
      REQUIRE(at >= begin);
      REQUIRE(at <= end);
      const auto ns = static_cast<std::uint64_t>(nanoseconds(at));
      const bool all_frozen = earliest >= freeze && latest <= thaw;
      if (!all_frozen) REQUIRE((ns <= freeze || ns >= thaw));
    }
  }
}

TEST_CASE("earlier, middle and later are the ends and the middle of the interval") {
  CHECK(Placer(Placement::earlier, Placer::kNoGrain).place(ms(3), ms(9), 1) == ms(3));
  CHECK(Placer(Placement::middle, Placer::kNoGrain).place(ms(3), ms(9), 1) == ms(6));
  CHECK(Placer(Placement::later, Placer::kNoGrain).place(ms(3), ms(9), 1) == ms(9));
}

TEST_CASE("spread is even over the interval and the same every time") {
  const Placer placer(Placement::spread, Placer::kNoGrain);
  int quarters[4] = {};
  for (std::uint64_t salt = 0; salt < 40000; ++salt) {
    const Time at = placer.place(ms(1000), ms(2000), salt);
    CHECK(at == placer.place(ms(1000), ms(2000), salt));
    ++quarters[std::min<std::int64_t>(3, (at - ms(1000)).count() / 250'000'000)];
  }
  for (const int quarter : quarters) {
    CHECK(quarter > 9500);
    CHECK(quarter < 10500);
  }
}

TEST_CASE("a freeze in the middle counts for nothing") {
  Placer placer(Placement::middle, Placer::kNoGrain);
  placer.freeze(ms(10), ms(90));
  // 10 ms before and 20 ms behind the freeze: their middle is 15 ms in.
  CHECK(placer.place(ms(0), ms(110), 1) == ms(95));
}

TEST_CASE("changes fall on the grain where the interval has a multiple of it") {
  const Placer placer(Placement::earlier, ms(100) - kStart);
  CHECK(placer.place(ms(101), ms(500), 1) == ms(200));
  CHECK(placer.place(ms(101), ms(199), 1) == ms(101));
  CHECK(Placer(Placement::later, ms(100) - kStart).place(ms(101), ms(250), 1) == ms(200));
}
