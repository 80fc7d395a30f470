#include "sim/host/storm.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "sim/host/run.hpp"
#include "tests/host/guests.hpp"
#include "tests/host/small_host.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;

results::Storm storm_of(const Host& host) {
  std::vector<std::string> names;
  for (std::size_t m = 0; m < host.machine().memory().spaces(); ++m) {
    names.push_back("g" + std::to_string(m));
  }
  return find_storm(host.machine(), names);
}

// "g0+g1 12, g2 3".
std::string text(const std::vector<results::Blast>& blasts) {
  std::string all;
  for (const results::Blast& blast : blasts) {
    all += all.empty() ? "" : ", ";
    for (std::size_t i = 0; i < blast.guests.size(); ++i) {
      all += (i > 0 ? "+" : "") + blast.guests[i];
    }
    all += " " + std::to_string(blast.pages);
  }
  return all;
}

}  // namespace

TEST_CASE("nothing merged, nothing to lose") {
  Host host;
  host.guest(0, 3, 7);
  CHECK(storm_of(host) == results::Storm{});
}

TEST_CASE("a KSM page of m sites takes one page less than it has sites") {
  Host host;
  host.guest(0, 3, 7).guest(1, 2, 7).passes(3);
  CHECK(storm_of(host).saved_pages == 4);
  CHECK(text(storm_of(host).classes) == "g0+g1 4");
  CHECK(text(storm_of(host).groups) == "g0+g1 4");
}

TEST_CASE(
    "the radius of everything is what a storm takes: pages that come into use by writing all") {
  Host host;
  host.set("use_zero_pages", "1").set("max_page_sharing", "4");
  host.guest(0, 30, 7).guest(1, 20, 7).guest(2, 10, 0).write(0, 0, 9, 0).passes(6);
  const auto storm = storm_of(host);
  const auto before = host.machine().memory().totals().frames;
  host.apply(write_unequal(range(0, 0, 30), 1000)).apply(write_unequal(range(1, 0, 20), 2000));
  host.apply(write_unequal(range(2, 0, 10), 3000));
  CHECK(storm.saved_pages > 40);
  CHECK(host.machine().memory().totals().frames - before == storm.saved_pages);
}

TEST_CASE("a class that diverges takes a page a site, less one where it has all of a KSM page") {
  Host host;
  host.apply(begin(0)).apply(map(range(0, 0, 10)));
  host.write(0, 0, 4, 7, 1).write(0, 4, 1, 7, 2).write(0, 5, 3, 8, 1).passes(3);
  const auto storm = storm_of(host);
  REQUIRE(storm.classes.size() == 2);
  CHECK(storm.classes[0].number == 1);
  CHECK(storm.classes[0].pages == 4 + 2);
  CHECK(storm.classes[1].number == 2);
  CHECK(storm.classes[1].pages == 1);
  const auto before = host.machine().memory().totals().frames;
  host.apply(write_unequal(range(0, 0, 4), 100)).apply(write_unequal(range(0, 5, 3), 200));
  CHECK(host.machine().memory().totals().frames - before == storm.classes[0].pages);
}

TEST_CASE("groups of guests are those that share the same pages, the largest radius first") {
  Host host;
  for (std::uint32_t mm : {0u, 1u, 2u}) host.apply(begin(mm)).apply(map(range(mm, 0, 20)));
  host.write(0, 0, 1, 7).write(1, 0, 1, 7).write(2, 0, 1, 7);  // All three.
  host.apply(write_unequal(range(1, 1, 5), 50)).apply(write_unequal(range(2, 1, 5), 50));
  host.write(0, 1, 5, 9);  // Alone.
  host.passes(3);
  CHECK(text(storm_of(host).groups) == "g1+g2 5, g0 4, g0+g1+g2 2");
}

TEST_CASE("no more than ten of each are kept, the largest") {
  Host host;
  for (std::uint32_t mm = 0; mm < 15; ++mm) {
    host.apply(begin(mm)).apply(map(range(mm, 0, 20)));
    host.write(mm, 0, mm + 2, mm + 1, static_cast<std::uint16_t>(mm));
  }
  host.passes(3);
  const auto storm = storm_of(host);
  CHECK(storm.classes.size() == results::kBlastsMax);
  CHECK(storm.groups.size() == results::kBlastsMax);
  CHECK(storm.classes[0].number == 14);
  CHECK(text({storm.groups[0]}) == "g14 15");
}

TEST_CASE("the radius at the largest saving is kept, with its time, where it is asked for") {
  RunOptions options = visits_of_1_ms();
  options.until = ms(20'000);
  options.ram.total_kb = 40'000;
  Operations operations;
  for (std::uint32_t mm : {0u, 1u}) {
    operations.at(kStart, begin(mm)).at(kStart, map(range(mm, 0, 100)));
    operations.at(kStart, write_unequal(range(mm, 0, 100), 1));
  }
  operations.at(ms(15'000), write_unequal(range(0, 0, 90), 1000));
  const auto result_with = [&](Blasts blasts) {
    options.blasts = blasts;
    Run run = std::move(Run::begin(options, operations.source()).value());
    REQUIRE(run.advance(options.until));
    return run.finish();
  };
  const results::RunResult result = result_with(Blasts::at_peak_too);
  CHECK(result.storm.saved_pages == 10);
  CHECK(result.storm.at_ns == nanoseconds(ms(20'000)));
  REQUIRE(result.peak_storm);
  CHECK(result.peak_storm->saved_pages == 100);
  CHECK(text(result.peak_storm->classes) == "g0+g1 100");
  CHECK(result.peak_storm->at_ns < nanoseconds(ms(15'000)));
  CHECK(result.peak_storm->available_kb > result.storm.available_kb);
  const results::RunResult plain = result_with(Blasts::at_end);
  CHECK_FALSE(plain.peak_storm);
  CHECK(plain.samples == result.samples);
  CHECK(plain.digest != result.digest);
}

}  // namespace ksmsim::host
