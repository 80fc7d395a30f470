#include "sim/host/timer_wheel.hpp"

#include <catch2/catch.hpp>

#include "sim/base/random.hpp"

namespace ksmsim::host {
namespace {

using std::chrono::milliseconds;

// The tick at whose beginning a sleep ends that was begun within tick `from`, at HZ 1000.
std::uint64_t end_tick(std::uint64_t from, std::uint32_t ticks) {
  const ksm::Ticks hz1000{.hz = 1000, .boot = {}};
  const Time end = sleep_end(hz1000, hz1000.begin(from), ticks);
  CHECK(hz1000.begin(hz1000.at(end)) == end);
  return hz1000.at(end);
}

}  // namespace

TEST_CASE("at HZ 250 a sleep of 100 ms from within tick J ends at the beginning of tick J + 26") {
  const ksm::Ticks ticks;
  for (const Duration phase : {Duration{0}, Duration{1}, Duration{3'999'999}}) {
    CHECK(sleep_end(ticks, ticks.begin(7) + phase, 100) == ticks.begin(7 + 26));
  }
}

TEST_CASE("at HZ 250 a sleep of 20 ms lasts 20 to 24 ms, by the phase of the ticks") {
  const ksm::Ticks ticks;
  RandomStream random(1, "sleeps");
  Duration least = Duration::max();
  Duration most{};
  for (int i = 0; i < 2000; ++i) {
    const Time begin = kStart + Duration{static_cast<std::int64_t>(random.below(1ull << 40))};
    const Duration slept = sleep_end(ticks, begin, 20) - begin;
    least = std::min(least, slept);
    most = std::max(most, slept);
  }
  CHECK(least > milliseconds(20));
  CHECK(least < milliseconds(20) + std::chrono::microseconds(10));
  CHECK(most <= milliseconds(24));
  CHECK(most > milliseconds(24) - std::chrono::microseconds(10));
}

TEST_CASE("a sleep below 63 ticks ends one tick after its length") {
  for (std::uint64_t from = 0; from < 130; ++from) {
    for (std::uint32_t n = 1; n < 63; ++n) REQUIRE(end_tick(from, n) == from + n + 1);
  }
}

TEST_CASE(
    "a sleep from 63 ticks on ends at a multiple of 8, from 504 on of 64, of 4032 on of 512") {
  for (std::uint64_t from = 0; from < 600; from += 7) {
    struct Level {
      std::uint32_t least, most;
      std::uint64_t unit;
    };
    for (const Level l : {Level{63, 503, 8}, Level{504, 4031, 64}, Level{4032, 32255, 512}}) {
      for (const std::uint32_t n : {l.least, l.least + 1, (l.least + l.most) / 2, l.most}) {
        const std::uint64_t end = end_tick(from, n);
        REQUIRE(end % l.unit == 0);
        REQUIRE(end > from + n);
        REQUIRE(end <= from + n + l.unit);
      }
    }
  }
}

TEST_CASE("a sleep of 0 ends at once and one of 2^31 ms or more never") {
  const ksm::Ticks ticks;
  const Time begin = kStart + Duration{123};
  CHECK(sleep_end(ticks, begin, 0) == begin);
  CHECK(sleep_end(ticks, begin, 0x7fffffff) < kNever);
  CHECK(sleep_end(ticks, begin, 0x80000000) == kNever);
  CHECK(sleep_end(ticks, begin, 0xffffffff) == kNever);
}

TEST_CASE("the time since boot shifts the end of a sleep") {
  const ksm::Ticks ticks{.hz = 250, .boot = milliseconds(3)};
  CHECK(sleep_end(ticks, kStart, 20) == kStart + milliseconds(21));
}

}  // namespace ksmsim::host
