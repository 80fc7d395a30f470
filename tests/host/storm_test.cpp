#include "sim/host/storm.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

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

}  // namespace ksmsim::host
