#include <catch2/catch.hpp>

#include "tests/models/region_bench.hpp"

using namespace ksmsim;
using namespace ksmsim::models;
using std::chrono::hours;
using std::chrono::seconds;

namespace {

constexpr std::uint64_t kPages = 16'384;  // 64 MiB.

Setting guest(const std::string& name) {
  return {.seed = 1, .guest = name, .number = 0, .pages = kPages, .over = seconds(30)};
}

using Texts = std::map<std::string, std::string>;

RegionBench booted(const std::string& name, Texts changed) {
  changed.try_emplace("catalog_size", "256");
  changed.try_emplace("own_size", "256");
  RegionBench bench("page-cache", guest(name), changed);
  bench.tell(EventKind::boot, seconds(30));
  bench.run_until(seconds(30));
  return bench;
}

}  // namespace

TEST_CASE("guests that read one catalog hold equal pages, but for their own files") {
  const RegionBench a = booted("a", {{"read", "0"}, {"own_part", "0.25"}});
  const RegionBench b = booted("b", {{"read", "0"}, {"own_part", "0.25"}});
  const RegionBench other = booted("c", {{"read", "0"}, {"catalog", "\"others\""}});
  CHECK(a.count(RegionBench::kAbsent) == 0);
  CHECK(a.part_in(b) == Approx(0.75).margin(0.04));
  CHECK(a.part_in(other) == 0);
}

TEST_CASE("reads replace what is seldom read, and guests stay alike") {
  const Texts busy{{"read", "8"}, {"own_part", "0"}};
  RegionBench a = booted("a", busy), b = booted("b", busy);
  const auto then = a.contents();
  a.run_until(hours(1));
  b.run_until(hours(1));
  CHECK(a.kept_since(then) < 0.6);
  CHECK(a.read() > 0);
  // Half of the most popular quarter of the catalog would be there by chance alone (a quarter of
  // it fits); popularity makes it more.
  CHECK(a.part_in(b) > 0.35);
}

TEST_CASE("the pages of an extent stand together") {
  RegionBench a = booted("a", {{"read", "8"}, {"own_part", "0"}});
  RegionBench reference = booted("b", {{"read", "0"}, {"own_part", "0"}});
  a.run_until(seconds(600));
  std::map<std::uint64_t, std::size_t> place;
  for (std::size_t i = 0; i < kPages; ++i) place[reference.contents()[i]] = i;
  std::size_t apart = 0;
  for (std::size_t i = 0; i < kPages; ++i) {
    const auto at = place.find(a.contents()[i]);
    if (at == place.end()) continue;
    apart += at->second % 16 != i % 16 ? 1 : 0;
    if (i % 16 != 0) apart += at->second != place[a.contents()[i - 1]] + 1 ? 1 : 0;
  }
  CHECK(apart == 0);
}

TEST_CASE("an update changes its part of the files, alike in all guests") {
  RegionBench a = booted("a", {{"read", "0"}, {"own_part", "0"}, {"drift", "0.1"}});
  RegionBench b = booted("b", {{"read", "0"}, {"own_part", "0"}, {"drift", "0.1"}});
  RegionBench later =
      booted("c", {{"read", "0"}, {"own_part", "0"}, {"drift", "0.1"}, {"patch_level", "1"}});
  CHECK(later.part_in(a) == Approx(0.9).margin(0.03));
  a.tell(EventKind::update, seconds(60));
  a.run_until(seconds(100));
  b.tell(EventKind::update, seconds(60));
  b.run_until(seconds(100));
  CHECK(a.part_in(b) == 1);
  // A tenth of the catalog has been written, most of it into places of other files.
  CHECK(a.written() == Approx(kPages + 0.1 * 4 * kPages).epsilon(0.1));
}

TEST_CASE("an update during an update leaves no file of the old versions") {
  // The whole catalog is in the cache.
  const Texts whole{{"read", "0"}, {"own_part", "0"}, {"drift", "0.1"}, {"catalog_size", "64"}};
  Texts newer = whole;
  newer["patch_level"] = "2";
  RegionBench a = booted("a", whole);
  const RegionBench newest = booted("b", newer);
  REQUIRE(newest.part_in(a) < 0.9);
  a.tell(EventKind::update, seconds(60));
  a.run_until(seconds(60));
  a.tell(EventKind::update, seconds(60));
  a.run_until(seconds(130));
  CHECK(a.part_in(newest) == 1);
  CHECK(newest.part_in(a) == 1);
}

TEST_CASE("an antivirus scan reads everything once and leaves what it read last") {
  RegionBench a = booted("a", {{"read", "0"}});
  const auto then = a.contents();
  a.tell(EventKind::antivirus, seconds(120));
  a.run_until(seconds(160));
  CHECK(a.written() + a.read() == kPages + 2 * 4 * kPages);
  CHECK(a.kept_since(then) < 0.3);
}

TEST_CASE("a backup pushes shared pages out of the cache") {
  RegionBench a = booted("a", {{"read", "0"}, {"own_part", "0"}});
  const RegionBench b = booted("b", {{"read", "0"}, {"own_part", "0"}});
  CHECK(a.part_in(b) == 1);
  a.tell(EventKind::backup, seconds(60));
  a.run_until(seconds(100));
  CHECK(a.part_in(b) == 0);
}

TEST_CASE("after a reboot old pages stay until the boot overwrites them") {
  RegionBench a = booted("a", {{"read", "0"}, {"own_part", "0"}, {"boot_part", "0.5"}});
  CHECK(a.count(RegionBench::kAbsent) == kPages / 2);
  a.tell(EventKind::backup, seconds(30));
  a.run_until(seconds(70));
  const auto then = a.contents();
  a.tell(EventKind::reboot, seconds(30));
  a.run_until(seconds(110));
  CHECK(a.kept_since(then) == Approx(0.5).margin(0.01));
}
