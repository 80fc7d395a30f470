#include "sim/host/duplicates.hpp"

#include <catch2/catch.hpp>

#include "tests/host/small_host.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;

}  // namespace

TEST_CASE("an empty host has no duplicates") {
  CHECK(Host().possible() == 0);
  CHECK(Host().unmerged() == "");
}

TEST_CASE("of equal pages that ksmd has not visited all but one are not reached yet") {
  Host host;
  host.guest(0, 3, 7).guest(1, 2, 7).guest(2, 1, 8);
  CHECK(host.possible() == 4);
  CHECK(host.unmerged() == "not reached yet 4");
}

TEST_CASE("pages visited once only are not reached yet, and merged ones are not counted") {
  Host host;
  host.guest(0, 3, 7).passes(1);
  CHECK(host.unmerged() == "not reached yet 2");
  host.passes(1);
  CHECK(host.unmerged() == "");
  CHECK(host.possible() == 2);
}

TEST_CASE("a page in a region that is not mergeable is not registered") {
  Host host;
  host.guest(0, 2, 7, input::Mergeable::no);
  CHECK(host.unmerged() == "region not registered 1");
  host.guest(1, 2, 7).passes(3);
  CHECK(host.unmerged() == "region not registered 2");
}

TEST_CASE("pages written since their last visit are changed too often") {
  Host host;
  host.guest(0, 1, 5).guest(1, 1, 6).passes(3);
  host.apply(write_equal(range(0, 0, 1), 7)).apply(write_equal(range(1, 0, 1), 7));
  CHECK(host.possible() == 1);
  CHECK(host.unmerged() == "changed too often 1");
  host.passes(2);
  CHECK(host.unmerged() == "");
}

TEST_CASE("an old page that is passed over is skipped by smart scan") {
  Host host;
  host.set("smart_scan", "1").guest(0, 1, 7).passes(4);
  host.guest(1, 1, 7);
  CHECK(host.unmerged() == "skipped by smart scan 1");
  host.set("smart_scan", "0");
  CHECK(host.unmerged() == "not reached yet 1");
}

TEST_CASE("copies beside the first KSM page and what waits behind full ones are at the limit") {
  Host host;
  host.set("max_page_sharing", "2").guest(0, 3, 7).passes(4);
  CHECK(host.possible() == 2);
  CHECK(host.unmerged() == "at the sharing limit 1");
  host.guest(1, 2, 7).passes(4);  // Five equal pages: two KSM pages of two, and one that waits.
  CHECK(host.possible() == 4);
  CHECK(host.unmerged() == "at the sharing limit 2");
}

TEST_CASE("equal frames that forks share each are forked pages") {
  Host host;
  host.guest(0, 2, 7).apply(fork(0, 1)).passes(1);
  CHECK(host.possible() == 1);
  CHECK(host.unmerged() == "forked pages 1");
}

TEST_CASE("what a fork shares is not KSM's to save, so neither possible nor left to merge") {
  Host host;
  host.guest(0, 1, 7).apply(fork(0, 1)).passes(3);
  CHECK(host.possible() == 0);
  CHECK(host.unmerged() == "");
}

TEST_CASE("pages of zeros that KSM put there are possible and merged") {
  Host host;
  host.set("use_zero_pages", "1").guest(0, 5, 0).passes(3);
  CHECK(host.possible() == 5);
  CHECK(host.unmerged() == "");
}

TEST_CASE("what was left to merge plus what is saved is what is possible") {
  Host host;
  host.guest(0, 6, 7).guest(1, 3, 8, input::Mergeable::no).passes(1).guest(2, 4, 8).passes(2);
  host.apply(write_equal(range(0, 0, 2), 9));
  CHECK(host.possible() == 3 + 6 + 1);
  // 7 is merged (3 saved); 8 as well in guest 2 (3 saved), not in guest 1; 9 was just written.
  CHECK(host.unmerged() == "changed too often 1, region not registered 3");
  check_sums(host);
}

TEST_CASE("what each class and each guest could save sums up to all that could be saved") {
  Host host;
  host.set("max_page_sharing", "3").set("use_zero_pages", "1");
  for (std::uint32_t mm = 0; mm < 3; ++mm) {
    host.guest(mm, 60, 7, mm == 1 ? input::Mergeable::no : input::Mergeable::yes);
    for (std::uint64_t page = 0; page < 40; ++page) {
      host.write(mm, page, 1, page % 11, static_cast<std::uint16_t>(page % 4));
    }
  }
  host.passes(1);
  check_sums(host);
  host.passes(3);
  for (std::uint64_t page = 0; page < 20; ++page) host.write(2, page, 1, page % 5 + 5, 9);
  check_sums(host);
  host.apply(fork(0, 3)).passes(1);
  check_sums(host);
  host.write(3, 0, 30, 3).set("run", "0");
  check_sums(host);
  CHECK(host.found().classes.size() == 5);
  CHECK(host.found().guests.size() == 4);
}

TEST_CASE("of equal pages of two guests neither guest is said to be the one that could save") {
  Host host;
  host.apply(begin(0)).apply(begin(1));
  for (std::uint32_t mm : {0u, 1u}) {
    host.apply(map(range(mm, 0, 200))).apply(write_unequal(range(mm, 0, 200), 1));
  }
  const auto left = [](const results::DuplicateRow& row) { return row.unmerged_pages[4]; };
  auto guests = host.found().guests;
  CHECK(left(guests[0]) + left(guests[1]) == 200);
  CHECK(left(guests[0]) > 70);
  CHECK(left(guests[1]) > 70);
  host.passes(2);
  guests = host.found().guests;
  CHECK(guests[0].saved_pages + guests[1].saved_pages == 200);
  CHECK(guests[0].saved_pages > 70);
  CHECK(guests[1].saved_pages > 70);
  CHECK(guests[1].name == "g1");
}

TEST_CASE("classes are told apart, and a page that is written anew changes its class") {
  Host host;
  host.guest(0, 4, 7).write(0, 0, 3, 8, 2);
  host.write(0, 0, 1, 8, 5);
  const auto classes = host.found().classes;
  REQUIRE(classes.size() == 3);
  CHECK(classes[0].number == 0);
  CHECK(classes[0].present_pages == 1);
  CHECK(classes[1].number == 2);
  CHECK(classes[1].present_pages == 2);
  CHECK(classes[2].number == 5);
  CHECK(classes[2].present_pages == 1);
}

}  // namespace ksmsim::host
