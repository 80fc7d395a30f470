#include "sim/ksm/smart_scan.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace ksmsim::ksm {
namespace {

// A page, as far as smart scan is concerned.
struct Page {
  std::uint8_t age = 0;
  std::uint8_t skips_left = 0;
};

}  // namespace

TEST_CASE("a page that never merges is visited at the meetings that a live kernel showed") {
  Page page;
  std::vector<int> visited;
  for (int meeting = 0; meeting < 60; ++meeting) {
    if (!should_skip(page)) visited.push_back(meeting);
  }
  CHECK(visited == std::vector<int>{0, 1, 2, 3, 5, 8, 13, 22, 31, 40, 49, 58});
}

TEST_CASE("a page is passed over more often the older it is, up to eight times") {
  const std::vector<int> budgets{1, 1, 1, 1, 2, 2, 4, 4, 4, 8, 8};
  for (std::size_t age = 0; age < budgets.size(); ++age) {
    CHECK(skip_budget(static_cast<std::uint8_t>(age)) == budgets[age]);
  }
  CHECK(skip_budget(255) == 8);
}

TEST_CASE("age stops at 255 and every ninth meeting is a visit for ever") {
  Page page;
  for (int meeting = 0; meeting < 1000; ++meeting) (void)should_skip(page);
  CHECK(page.age == 255);
  int visits = 0;
  for (int meeting = 0; meeting < 900; ++meeting) visits += !should_skip(page);
  CHECK(visits == 100);
}

TEST_CASE("age goes on while meetings are passed over") {
  Page page;
  for (int meeting = 0; meeting < 10; ++meeting) (void)should_skip(page);
  CHECK(page.age == 10);
}

TEST_CASE("whether a page was passed over last shows in its age and the skips that it has left") {
  Page page;
  for (int meeting = 0; meeting < 1000; ++meeting) {
    INFO(meeting);
    const bool skipped = should_skip(page);
    CHECK(was_skipped(page) == skipped);
  }
}

}  // namespace ksmsim::ksm
