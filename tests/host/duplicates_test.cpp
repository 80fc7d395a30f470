#include "sim/host/duplicates.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/host/guests.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;

class Host {
 public:
  Host() {
    set("smart_scan", "0");
    set("run", "1");
  }
  Host& apply(const input::Operation& operation) {
    REQUIRE(machine_.apply(operation));
    return *this;
  }
  // A guest of `pages` pages that all hold `content`.
  Host& guest(std::uint32_t mm, std::uint64_t pages, std::uint64_t content,
              input::Mergeable mergeable = input::Mergeable::yes) {
    return apply(begin(mm))
        .apply(map(range(mm, 0, pages), mergeable))
        .apply(write_equal(range(mm, 0, pages), content));
  }
  Host& set(const std::string& knob, const std::string& value) {
    REQUIRE(machine_.write_knob({knob, value}, {}) == ksm::WriteError::none);
    return *this;
  }
  Host& passes(int n) {
    const auto wanted = machine_.ksmd().full_scans() + n;
    while (machine_.ksmd().full_scans() < wanted) {
      machine_.ksmd().begin_batch({});
      (void)machine_.ksmd().scan(machine_.memory(), kNever);
    }
    return *this;
  }
  std::int64_t possible() const { return find_duplicates(machine_).possible_pages; }
  // "REASON PAGES", one after the other; "" if nothing is left to merge.
  std::string unmerged() const {
    std::string text;
    const auto pages = find_duplicates(machine_).unmerged_pages;
    for (std::size_t i = 0; i < pages.size(); ++i) {
      if (pages[i] == 0) continue;
      text += (text.empty() ? "" : ", ") + std::string(results::kWhyNot[i]) + " " +
              std::to_string(pages[i]);
    }
    return text;
  }

 private:
  Machine machine_{ksm::newest_traits(), cost::Meter({}, {}), {}};
};

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
}

}  // namespace ksmsim::host
