#include <catch2/catch.hpp>

#include "tests/models/region_bench.hpp"

using namespace ksmsim;
using namespace ksmsim::models;
using std::chrono::hours;
using std::chrono::seconds;

namespace {

constexpr std::uint64_t kPages = 10'000;

RegionBench booted(const std::string& name, std::map<std::string, std::string> changed) {
  const Setting setting{
      .seed = 1, .guest = name, .number = 0, .pages = kPages, .over = seconds(10)};
  changed.try_emplace("reads", "0");
  RegionBench bench("image", setting, changed);
  bench.tell(EventKind::boot, seconds(10));
  bench.run_until(seconds(10));
  return bench;
}

}  // namespace

TEST_CASE("guests of one release share all but what patch levels and relocation make different") {
  const RegionBench a = booted("a", {{"relocated", "0.02"}, {"drift", "0.05"}});
  const RegionBench b = booted("b", {{"relocated", "0.02"}, {"drift", "0.05"}});
  const RegionBench newer =
      booted("c", {{"relocated", "0.02"}, {"drift", "0.05"}, {"patch_level", "2"}});
  CHECK(a.part_in(b) == Approx(0.98).margin(0.006));
  CHECK(a.part_in(newer) == Approx(0.98 * 0.95 * 0.95).margin(0.015));
  CHECK(a.part_in(booted("d", {{"image", "\"other\""}})) == 0);
}

TEST_CASE("a guest that is updated becomes equal to one that was newer") {
  RegionBench a = booted("a", {{"relocated", "0"}});
  const RegionBench newer = booted("b", {{"relocated", "0"}, {"patch_level", "1"}});
  REQUIRE(a.part_in(newer) < 0.97);
  a.tell(EventKind::update, seconds(60));
  a.run_until(seconds(80));
  CHECK(a.part_in(newer) == 1);
  CHECK(a.written() - kPages == Approx(0.05 * kPages).epsilon(0.15));
}

TEST_CASE("an update while the boot goes on leaves no page of the old version") {
  RegionBench a("image",
                {.seed = 1, .guest = "a", .number = 0, .pages = kPages, .over = seconds(60)},
                {{"relocated", "0"}});
  a.tell(EventKind::boot, seconds(60));
  a.run_until(seconds(30));
  a.tell(EventKind::update, seconds(20));
  a.run_until(seconds(61));
  CHECK(a.part_in(booted("b", {{"relocated", "0"}, {"patch_level", "1"}})) == 1);
}

TEST_CASE("an update during an update leaves no page of the old versions, and writes none twice") {
  RegionBench a = booted("a", {{"relocated", "0"}});
  const RegionBench newest = booted("b", {{"relocated", "0"}, {"patch_level", "2"}});
  RegionBench at_once = booted("c", {{"relocated", "0"}});
  for (int i = 0; i < 2; ++i) {
    at_once.tell(EventKind::update, seconds(0));
    at_once.run_until(seconds(11 + i));
  }
  a.tell(EventKind::update, seconds(60));
  a.run_until(seconds(30));
  a.tell(EventKind::update, seconds(60));
  a.run_until(seconds(100));
  CHECK(a.part_in(newest) == 1);
  CHECK(at_once.part_in(newest) == 1);
  // Pages that both levels change are written once where the first had not come to them.
  CHECK(a.written() < at_once.written());
  const std::uint64_t then = a.written();
  a.tell(EventKind::update, seconds(60));
  a.run_until(seconds(200));
  CHECK(a.written() - then == Approx(0.05 * kPages).epsilon(0.15));
}

TEST_CASE("an antivirus scan reads the image once, use reads its hot part all the time") {
  RegionBench a = booted("a", {});
  a.tell(EventKind::antivirus, seconds(60));
  a.run_until(seconds(100));
  CHECK(a.read() == kPages);
  RegionBench used = booted("b", {{"reads", "60"}, {"hot", "0.5"}});
  used.run_until(hours(2) + seconds(10));
  CHECK(used.read() == Approx(2 * 60 * kPages / 2).epsilon(0.06));
  used.tell(EventKind::idle);
  const std::uint64_t busy = used.read();
  used.run_until(hours(4) + seconds(10));
  CHECK(used.read() - busy == Approx(2 * 6 * kPages / 2).epsilon(0.06));
}

TEST_CASE("a reboot relocates anew and keeps the rest") {
  RegionBench a = booted("a", {{"relocated", "0.1"}});
  const auto then = a.contents();
  a.tell(EventKind::reboot, seconds(10));
  a.run_until(seconds(30));
  CHECK(a.kept_since(then) == Approx(0.9).margin(0.015));
}
