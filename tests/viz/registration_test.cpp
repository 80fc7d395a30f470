#include "viz/registration.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/viz/made_up_result.hpp"

namespace ksmsim::viz {
namespace {

// KSM is on, and a guest holds memory that nobody has registered.
results::RunResult unregistered() {
  results::RunResult result;
  result.samples = {sample_at(0, 0), sample_at(10, 0)};
  for (auto& sample : result.samples) sample.run = 1;
  result.guests = {{.name = "a", .present_pages = 1000}};
  return result;
}

}  // namespace

TEST_CASE("nothing was registered if run was 1 and ksmd had nothing to look at") {
  CHECK(nothing_was_registered(unregistered()));
  auto later_off = unregistered();
  later_off.samples.back().run = 0;
  CHECK(nothing_was_registered(later_off));
}

TEST_CASE("a host on which KSM was never on says nothing about registration") {
  for (const std::int64_t run : {0, 2}) {
    auto off = unregistered();
    for (auto& sample : off.samples) sample.run = run;
    CHECK_FALSE(nothing_was_registered(off));
  }
}

TEST_CASE("something was registered if a page was scanned, a pass ended, or a guest offers some") {
  auto scanned = unregistered();
  scanned.samples.back().counters.pages_scanned = 1;
  CHECK_FALSE(nothing_was_registered(scanned));
  auto passed = unregistered();
  passed.samples.front().passes = 1;
  CHECK_FALSE(nothing_was_registered(passed));
  auto mergeable = unregistered();
  mergeable.guests.push_back({.name = "b", .ksm_mergeable = 1});
  CHECK_FALSE(nothing_was_registered(mergeable));
  auto whole = unregistered();
  whole.guests.push_back({.name = "b", .ksm_merge_any = 1});
  CHECK_FALSE(nothing_was_registered(whole));
}

TEST_CASE("the usual causes have memory, a reason and a remedy each, in one line") {
  for (const Unregistered& usual : usual_unregistered()) {
    for (const std::string text : {usual.memory, usual.why, usual.remedy}) {
      INFO(text);
      CHECK_FALSE(text.empty());
      CHECK(text.find('\n') == std::string::npos);
      CHECK(text.find("  ") == std::string::npos);
    }
  }
}

}  // namespace ksmsim::viz
