#include <catch2/catch.hpp>

#include "tests/host/small_host.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;
using input::Switch;

constexpr std::uint64_t kHuge = 512;  // Pages of a huge page.

}  // namespace

TEST_CASE("equal pages that could merge are left alone because KSM is switched off") {
  Host host;
  host.guest(0, 3, 7).guest(1, 2, 8, input::Mergeable::no).set("run", "0");
  CHECK(host.unmerged() == "region not registered 1, KSM switched off 2");
  host.set("run", "2");
  CHECK(host.unmerged() == "region not registered 1, KSM switched off 2");
  host.set("run", "1").passes(2);
  CHECK(host.unmerged() == "region not registered 1");
}

TEST_CASE("equal pages on two nodes stay apart if merge_across_nodes is 0") {
  Host host;
  host.set("merge_across_nodes", "0").apply(begin(0)).apply(begin(1));
  host.apply(map(range(0, 0, 1))).apply(map(range(1, 0, 1)));
  host.apply(input::SetNode{range(1, 0, 1), NumaNode{1}}).write(0, 0, 1, 7).write(1, 0, 1, 7);
  CHECK(host.unmerged() == "other NUMA node 1");
  host.passes(3);
  CHECK(host.unmerged() == "other NUMA node 1");
  check_sums(host);
  host.set("merge_across_nodes", "1").passes(2);
  CHECK(host.unmerged() == "");
}

TEST_CASE("KSM pages of one content are one too many for each further node") {
  Host host;
  host.set("merge_across_nodes", "0").set("max_page_sharing", "2");
  for (std::uint32_t mm : {0u, 1u}) {
    host.apply(begin(mm)).apply(map(range(mm, 0, 4)));
    host.apply(input::SetNode{range(mm, 0, 4), NumaNode{static_cast<std::uint8_t>(mm)}});
    host.write(mm, 0, 4, 7);
  }
  host.passes(6);
  CHECK(host.machine().counters().pages_shared == 4);
  CHECK(host.unmerged() == "at the sharing limit 2, other NUMA node 1");
  check_sums(host);
}

TEST_CASE("a page that is pinned cannot be merged, whatever ksmd knows of it") {
  Host host;
  host.guest(0, 3, 7).apply(input::Pin{range(0, 0, 2), Switch::on}).passes(4);
  CHECK(host.unmerged() == "pinned pages 2");
  host.apply(input::Pin{range(0, 0, 2), Switch::off}).passes(3);
  CHECK(host.unmerged() == "");
}

TEST_CASE("a pin keeps the whole huge page from being merged") {
  Host host;
  host.guest(0, kHuge, 7).apply(input::Huge{range(0, 0, kHuge), Switch::on});
  host.guest(1, 1, 7).apply(input::Pin{range(0, 5, 1), Switch::on}).passes(4);
  CHECK(host.unmerged() == "pinned pages 512");
}

TEST_CASE("merged pages that were made huge again are huge pages until they are visited") {
  Host host;
  host.apply(begin(0)).apply(map(range(0, 0, kHuge)));
  host.apply(write_unequal(range(0, 0, kHuge), 1)).apply(begin(1)).apply(map(range(1, 0, kHuge)));
  host.apply(write_unequal(range(1, 0, kHuge), 1)).passes(3);
  CHECK(host.unmerged() == "");
  host.apply(input::Huge{range(0, 0, kHuge), Switch::on});
  CHECK(host.machine().memory().totals().huge_pages == 1);
  CHECK(host.unmerged() == "huge pages 512");
  check_sums(host);
  host.passes(2);
  CHECK(host.unmerged() == "");
}

TEST_CASE("equal pages of one huge page stay so where a kernel leaves it whole") {
  for (const char* kernel : {"3.13", "6.18"}) {
    Host host(kernel);
    host.apply(begin(0)).apply(map(range(0, 0, kHuge)));
    host.apply(write_unequal(range(0, 0, kHuge), 1)).write(0, 0, 3, 5000);
    host.apply(input::Huge{range(0, 0, kHuge), Switch::on});
    CHECK(host.machine().memory().totals().huge_pages == 1);
    host.passes(6);
    const bool stays = host.machine().ksmd().traits().huge_twins == ksm::HugeTwins::stay;
    CHECK(host.unmerged() == (stays ? "huge pages 2" : ""));
  }
}

TEST_CASE("Linux 2.6.32 merges no more contents than max_kernel_pages") {
  Host host("2.6.32");
  host.set("max_kernel_pages", "1").guest(0, 2, 7).guest(1, 2, 8).passes(4);
  CHECK(host.unmerged() == "at max_kernel_pages 1");
  host.set("max_kernel_pages", "2").passes(2);
  CHECK(host.unmerged() == "");
}

TEST_CASE("what ksmd remembers tells a page that stood still from one that never does") {
  Host host;
  host.guest(0, 1, 100).guest(1, 1, 200).guest(2, 1, 300).passes(3);
  host.write(0, 0, 1, 7).write(1, 0, 1, 7);
  CHECK(host.unmerged() == "changed too often 1");
  CHECK(host.details() == "1 still at their last visit, written since");
  host.passes(1);  // Both are seen as changed; then they change again.
  host.write(0, 0, 1, 8).write(1, 0, 1, 8);
  CHECK(host.details() == "1 new or changed at their last visit, and written since");
  CHECK(host.found().guests[0].restless_pages == 1);
  CHECK(host.found().guests[1].restless_pages == 1);
  CHECK(host.found().guests[2].restless_pages == 0);
}

TEST_CASE("pages that were merged until they were written are told from others") {
  Host host;
  host.guest(0, 2, 7).guest(1, 2, 7).passes(3);
  host.write(0, 0, 1, 9).write(1, 0, 1, 9);
  CHECK(host.unmerged() == "changed too often 1");
  CHECK(host.details() == "1 merged until they were written");
}

TEST_CASE("a page that smart scan passed over is not called restless") {
  Host host;
  host.set("smart_scan", "1").guest(0, 1, 100).guest(1, 1, 200).passes(5);
  REQUIRE(host.machine().counters().pages_skipped > 0);
  host.write(0, 0, 1, 7).write(1, 0, 1, 7);
  const std::string forgotten = "1 passed over by smart scan since they were looked at";
  const std::string still = "1 still at their last visit, written since";
  bool seen_forgotten = false;
  for (std::uint64_t content = 300; content < 320; ++content) {
    // Contents that stand still for as long as ksmd needs, then change.
    host.write(0, 0, 1, 2 * content).write(1, 0, 1, 2 * content + 1).passes(10);
    for (int pass = 0; pass < 9; ++pass) {
      Host later = host;
      later.passes(pass).write(0, 0, 1, 7).write(1, 0, 1, 7);
      if (later.unmerged() != "changed too often 1") continue;
      CHECK((later.details() == forgotten || later.details() == still));
      seen_forgotten |= later.details() == forgotten;
    }
  }
  CHECK(seen_forgotten);
}

TEST_CASE("pages never visited are told from those seen once") {
  Host host;
  host.guest(0, 3, 7);
  CHECK(host.details() == "2 never visited with what they hold");
  host.passes(1);
  CHECK(host.details() == "2 seen once with what they hold, or waiting for a partner");
}

TEST_CASE("pages in swap that equal others are counted apart, and are no duplicates in memory") {
  Host host;
  host.guest(0, 3, 7).guest(1, 2, 7).guest(2, 1, 8);
  host.apply(input::SwapOut{range(0, 0, 2)}).apply(input::SwapOut{range(2, 0, 1)});
  CHECK(host.possible() == 2);
  const auto guests = host.found().guests;
  REQUIRE(guests.size() == 2);  // The third has nothing in memory, and nothing equal in swap.
  CHECK(guests[0].swapped_pages == 2);
  CHECK(guests[1].swapped_pages == 0);
  host.apply(input::SwapOut{range(0, 2, 1)}).apply(input::SwapOut{range(1, 0, 2)});
  CHECK(host.possible() == 0);
  CHECK(host.found().guests[1].swapped_pages == 2);
}

}  // namespace ksmsim::host
