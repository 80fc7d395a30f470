#include <catch2/catch.hpp>

#include "tests/models/region_bench.hpp"

using namespace ksmsim;
using namespace ksmsim::models;
using std::chrono::seconds;

namespace {

constexpr std::uint64_t kPages = 25'600;  // 100 MiB.
constexpr std::uint64_t kAbsent = RegionBench::kAbsent;
const Setting kGuest{.seed = 1, .guest = "g", .number = 0, .pages = kPages, .over = seconds(10)};

}  // namespace

TEST_CASE("a balloon's pages are absent until it deflates, then the guest's own") {
  RegionBench guest("balloon", kGuest);
  guest.tell(EventKind::boot, seconds(10));
  guest.run_until(seconds(10));
  CHECK(guest.count(kAbsent) == kPages);
  guest.tell(EventKind::deflate, seconds(20));
  guest.run_until(seconds(20));
  CHECK(guest.count(kAbsent) == Approx(kPages / 2).margin(256));
  guest.run_until(seconds(30));
  CHECK(guest.count(kAbsent) == 0);
  CHECK(guest.count(0) == 0);
}

TEST_CASE("inflating discards pages, at the region's rate where the event has no length") {
  RegionBench guest("balloon", kGuest, {{"inflated", "0.25"}, {"rate", "10"}});
  guest.tell(EventKind::boot, seconds(10));
  guest.run_until(seconds(10));
  CHECK(guest.count(kAbsent) == kPages / 4);
  guest.tell(EventKind::inflate);
  guest.run_until(seconds(15));
  CHECK(guest.count(kAbsent) == Approx(kPages / 2 + kPages / 4).margin(256));
  guest.run_until(seconds(20));
  CHECK(guest.count(kAbsent) == kPages);
}

TEST_CASE("each time the guest gets pages back it writes something else, or zeros if so said") {
  RegionBench guest("balloon", kGuest, {{"rate", "0"}});
  RegionBench zeroing("balloon", kGuest, {{"rate", "0"}, {"refill", "\"zero\""}});
  for (RegionBench* each : {&guest, &zeroing}) {
    each->tell(EventKind::boot, seconds(10));
    each->tell(EventKind::deflate);
    each->run_until(seconds(1));
  }
  CHECK(zeroing.count(0) == kPages);
  const auto then = guest.contents();
  guest.tell(EventKind::inflate);
  guest.run_until(seconds(2));
  guest.tell(EventKind::deflate);
  guest.run_until(seconds(3));
  CHECK(guest.kept_since(then) == 0);
}
