#include <catch2/catch.hpp>
#include <set>

#include "tests/models/region_bench.hpp"

using namespace ksmsim;
using namespace ksmsim::models;
using std::chrono::hours;
using std::chrono::seconds;

namespace {

constexpr std::uint64_t kPages = 65'536;  // 256 MiB.
const Setting kGuest{.seed = 1, .guest = "g", .number = 0, .pages = kPages, .over = seconds(60)};

using Texts = std::map<std::string, std::string>;

RegionBench booted(const Texts& changed) {
  RegionBench bench("zeroed", kGuest, changed);
  bench.tell(EventKind::boot, seconds(60));
  return bench;
}

std::size_t distinct(const RegionBench& bench) {
  return std::set<std::uint64_t>(bench.contents().begin(), bench.contents().end()).size();
}

}  // namespace

TEST_CASE("Windows zeroes all of its memory at boot, at a rate") {
  RegionBench guest = booted({{"generation", "\"7\""}, {"use", "0"}, {"zero", "128"}});
  guest.run_until(seconds(1));
  CHECK(guest.count(0) == Approx(kPages / 2).margin(256));
  guest.run_until(seconds(2));
  CHECK(guest.count(0) == kPages);
}

TEST_CASE("free memory shrinks as it is used, down to what stays free") {
  RegionBench guest = booted({{"use", "1"}, {"release", "0"}, {"least_free", "0.25"}});
  guest.run_until(seconds(100));
  CHECK(guest.count(0) == Approx(kPages - 100 * 256).margin(256));
  guest.run_until(hours(1));
  CHECK(guest.count(0) == kPages / 4);
}

TEST_CASE("an idle guest uses less, a login takes memory in use") {
  RegionBench guest = booted({{"use", "1"}, {"release", "0"}, {"idle", "0.1"}});
  guest.tell(EventKind::idle);
  guest.run_until(seconds(101));
  const std::uint64_t idle = kPages - guest.count(0);
  CHECK(idle == Approx(10 * 256).margin(60));
  guest.tell(EventKind::login, seconds(10));
  guest.run_until(seconds(111));
  CHECK(kPages - guest.count(0) == Approx(double(idle + kPages / 10 + 10 * 256)).margin(300));
}

TEST_CASE("Windows zeroes freed pages after a lag, init_on_free at once, plain Linux never") {
  const auto freeing = [](const char* generation) {
    RegionBench guest = booted({{"generation", generation},
                                {"use", "4"},
                                {"release", "4"},
                                {"lag", "20"},
                                {"least_free", "0.5"}});
    guest.run_until(seconds(600));
    return guest.count(0);
  };
  const std::uint64_t windows = freeing("\"xp\""), at_once = freeing("\"linux-init-on-free\"");
  // 4 MiB a second wait for 20 s.
  CHECK(double(at_once - windows) == Approx(20 * 4 * 256).epsilon(0.1));
  CHECK(freeing("\"linux\"") == 0);
}

TEST_CASE("plain Linux touches nothing at boot and leaves freed pages as they were") {
  RegionBench guest =
      booted({{"generation", "\"linux\""}, {"use", "1"}, {"release", "1"}, {"least_free", "0.5"}});
  guest.run_until(seconds(5));
  CHECK(guest.count(RegionBench::kAbsent) == kPages - 5 * 256);
  guest.run_until(seconds(60));
  const auto then = guest.contents();
  guest.tell(EventKind::reboot, seconds(10));
  CHECK(guest.contents() == then);
}

TEST_CASE("Windows zeroes everything again when it reboots") {
  RegionBench guest = booted({{"use", "1"}});
  guest.run_until(seconds(60));
  REQUIRE(guest.count(0) < kPages);
  guest.tell(EventKind::reboot, seconds(10));
  guest.run_until(seconds(60) + std::chrono::milliseconds(500));
  CHECK(guest.count(0) == kPages);
}

TEST_CASE("clients combine equal pages inside the guest, servers do not") {
  const auto duplicates = [](const char* generation) {
    RegionBench guest = booted({{"generation", generation},
                                {"use", "100"},
                                {"release", "0"},
                                {"duplicates", "0.5"},
                                {"least_free", "0.2"},
                                {"combine_every", "100"}});
    guest.run_until(seconds(50));
    const std::uint64_t before = kPages - guest.count(0) - (distinct(guest) - 1);
    // What comes free is used again, partly for new pairs, which the next rounds find.
    guest.run_until(seconds(1050));
    return std::pair{before, kPages - guest.count(0) - (distinct(guest) - 1)};
  };
  const auto client = duplicates("\"10\""), server = duplicates("\"server-2016\"");
  CHECK(client.first == server.first);
  CHECK(server.second == server.first);
  CHECK(client.first > kPages / 6);
  CHECK(client.second == 0);
}
