#include "traces/snapshots/recorded_growth.hpp"

#include <catch2/catch.hpp>

#include "traces/snapshots/counters.hpp"

namespace {

using namespace ksmsim;
using namespace ksmsim::traces::snapshots;

Dataset with_counters(const std::string& csv) {
  auto files = std::make_shared<FilesInMemory>();
  files->put(kCountersFile, csv);
  Dataset data;
  data.guests = {{"g1", at_nanoseconds(1'000'000'000), std::nullopt}, {"g2", {}, {}}};
  data.files = files;
  return data;
}

Time at(double seconds) { return at_nanoseconds(static_cast<std::int64_t>(seconds * 1e9)); }

}  // namespace

TEST_CASE("appearances are spread over the growth of a guest, not over the time") {
  // All growth between 2 s and 3 s: 100 pages; then it rests.
  const auto growth = read_growth(with_counters("t,g1_rss_pages\n2,100\n3,200\n9,200\n"));
  REQUIRE(growth.ok());
  int first_half = 0;
  for (std::uint64_t salt = 0; salt < 1000; ++salt) {
    const auto placed = growth->place(0, at(2), at(9), salt);
    REQUIRE(placed.has_value());
    REQUIRE(*placed >= at(2));
    REQUIRE(*placed <= at(3));
    first_half += *placed <= at(2.5);
  }
  REQUIRE(first_half > 400);
  REQUIRE(first_half < 600);
}

TEST_CASE("a placed appearance stays within its bounds") {
  const auto growth = read_growth(with_counters("t,g1_rss_pages\n2,100\n4,900\n"));
  for (std::uint64_t salt = 0; salt < 1000; ++salt) {
    const auto placed = growth->place(0, at(2.3), at(2.4), salt);
    REQUIRE(placed.has_value());
    REQUIRE(*placed >= at(2.3));
    REQUIRE(*placed <= at(2.4));
  }
}

TEST_CASE("growth counts from the guest's start") {
  const auto growth = read_growth(with_counters("t,g1_rss_pages\n2,100\n"));
  const auto placed = growth->place(0, at(1), at(2), 7);
  REQUIRE(placed.has_value());
  REQUIRE(*placed >= at(1));
}

TEST_CASE("no growth is known of a guest that rests, shrinks, or has no column") {
  const auto growth = read_growth(with_counters("t,g1_rss_pages\n2,100\n3,100\n4,50\n"));
  REQUIRE_FALSE(growth->place(0, at(2), at(4), 1).has_value());
  REQUIRE_FALSE(growth->place(1, at(2), at(4), 1).has_value());
  REQUIRE_FALSE(growth->place(9, at(2), at(4), 1).has_value());
}

TEST_CASE("without counters no growth is known, and damaged ones are an error") {
  Dataset none;
  none.files = std::make_shared<FilesInMemory>();
  REQUIRE(read_growth(none).ok());
  REQUIRE(read_growth(with_counters("")).ok());
  REQUIRE_FALSE(read_growth(with_counters("t,g1_rss_pages\n2,x\n")).ok());
}
