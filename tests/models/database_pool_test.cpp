#include <catch2/catch.hpp>

#include "tests/models/region_bench.hpp"

using namespace ksmsim;
using namespace ksmsim::models;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr std::uint64_t kPages = 16'384;  // 64 MiB.
using Texts = std::map<std::string, std::string>;

RegionBench booted(const std::string& name, Texts changed) {
  changed.try_emplace("table_size", "128");
  const Setting setting{
      .seed = 1, .guest = name, .number = 0, .pages = kPages, .over = seconds(10)};
  RegionBench bench("database-pool", setting, changed);
  bench.tell(EventKind::boot, seconds(10));
  bench.run_until(seconds(10));
  return bench;
}

}  // namespace

TEST_CASE("a pool is warmed up at boot and fills with reads") {
  RegionBench pool = booted("a", {{"read", "0"}, {"write", "0"}, {"warm", "0.25"}});
  CHECK(pool.count(RegionBench::kAbsent) == kPages * 3 / 4);
  RegionBench busy = booted("b", {{"read", "4"}, {"warm", "0"}});
  const std::uint64_t absent = busy.count(RegionBench::kAbsent);
  CHECK(absent > kPages / 2);
  busy.run_until(minutes(3));
  CHECK(busy.count(RegionBench::kAbsent) == 0);
}

TEST_CASE("replicas share clean blocks, other databases share nothing") {
  const Texts replica{{"table", "\"shop\""}, {"read", "0"}, {"write", "0"}, {"warm", "1"}};
  const Texts own{{"read", "0"}, {"write", "0"}, {"warm", "1"}};
  const RegionBench a = booted("a", replica), b = booted("b", replica);
  CHECK(a.part_in(b) == 1);
  CHECK(booted("c", own).part_in(booted("d", own)) == 0);
}

TEST_CASE("written blocks are a replica's own, also when they are read again") {
  const Texts busy{{"table", "\"shop\""}, {"read", "4"}, {"write", "1"}, {"warm", "1"}};
  RegionBench a = booted("a", busy), b = booted("b", busy);
  a.run_until(minutes(2));
  b.run_until(minutes(2));
  const double soon = a.part_in(b);
  a.run_until(minutes(60));
  b.run_until(minutes(60));
  CHECK(soon < 0.8);
  CHECK(a.part_in(b) < soon / 2);
  a.tell(EventKind::reboot, seconds(10));
  a.run_until(minutes(60) + seconds(10));
  CHECK(a.part_in(b) < soon / 2);
}

TEST_CASE("a dump of the database reads all of it once") {
  RegionBench a = booted("a", {{"read", "0"}, {"write", "0"}, {"warm", "1"}});
  a.tell(EventKind::backup, seconds(60));
  a.run_until(seconds(100));
  CHECK(a.written() + a.read() == kPages + 2 * kPages);
}
