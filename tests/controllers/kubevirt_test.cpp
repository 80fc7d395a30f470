// KubeVirt's handler of KSM.
#include <catch2/catch.hpp>
#include <chrono>

#include "tests/controllers/looks.hpp"

namespace ksmsim {
namespace {

using namespace tests;

constexpr std::int64_t kTotal = 100 * kGib;

TEST_CASE("KubeVirt looks at the start, and then at the interval of its release") {
  const auto interval = [](const host::controllers::GivenConstants& constants) {
    const auto kubevirt = controller("kubevirt", constants);
    CHECK(kubevirt->first_look() == Duration::zero());
    return kubevirt->interval();
  };
  CHECK(interval({}) == std::chrono::minutes(3));
  CHECK(interval({{"release", "1.10"}}) == std::chrono::minutes(3));
  CHECK(interval({{"release", "1.7"}}) == std::chrono::minutes(3));
  CHECK(interval({{"release", "1.6"}}) == host::kNoMoreLooks);
  // The middle of 1 min and 2 min 12 s.
  CHECK(interval({{"release", "1.5"}}) == std::chrono::seconds((60 + 132) / 2));
  CHECK(interval({{"release", "1.1"}}) == interval({{"release", "1.5"}}));
}

TEST_CASE("an interval that is said goes over that of the release") {
  const auto kubevirt = controller("kubevirt", {{"release", "1.6"}, {"interval", "180"}});
  CHECK(kubevirt->interval() == std::chrono::minutes(3));
}

TEST_CASE("a release is two numbers, and one that did not look at memory is refused") {
  CHECK(complaint("kubevirt", {{"release", "1.0"}}) ==
        "controller kubevirt: release = '1.0': should be a release from 1.1 to 1.99");
  for (const char* text : {"", "1", "v1.7", "1.7.1", "1.", ".7", "1.-7", "1.100", "2.0"}) {
    CAPTURE(text);
    CHECK(complaint("kubevirt", {{"release", text}}) != "");
  }
}

TEST_CASE("KubeVirt runs KSM only when no more than a fifth is available, whatever guests hold") {
  auto view = host_view(kTotal, 20 * kGib + 1, 200 * kGib);
  CHECK(look(*controller("kubevirt"), view) == "run=0");
  view = host_view(kTotal, 20 * kGib, 0);
  CHECK(look(*controller("kubevirt"), view) == "sleep_millisecs=20 pages_to_scan=100 run=1");
}

TEST_CASE("KubeVirt counts MemAvailable, not free memory") {
  auto view = host_view(kTotal, 50 * kGib, 0);
  view.available_kb = kGib;
  CHECK(look(*controller("kubevirt"), view) != "run=0");
}

TEST_CASE("KubeVirt boosts to 1250 pages, and decays below 64 before it stops") {
  auto kubevirt = controller("kubevirt");
  auto view = host_view(kTotal, 0, 0);
  for (int i = 0; i < 5; ++i) look(*kubevirt, view);
  CHECK(view.knobs.pages_to_scan == 1250);
  view.available_kb = kTotal;
  int looks = 0;
  for (; view.knobs.run == ksm::RunMode::merge; ++looks) look(*kubevirt, view);
  CHECK(looks == 24);  // 23 times 50 less is 100, the 24th would be 50.
  CHECK(view.knobs.pages_to_scan == 100);
}

TEST_CASE("KubeVirt's sleep goes by memory in use and is a tenth of the baseline at least") {
  const auto sleep_with_used = [](std::int64_t used) {
    auto view = host_view(kTotal, 0, 0);
    view.available_kb = view.total_kb - used;
    look(*controller("kubevirt", {{"free_percent", "1"}}), view);
    return view.knobs.sleep_millisecs;
  };
  CHECK(sleep_with_used(16 * kGib) == 100);
  CHECK(sleep_with_used(32 * kGib) == 50);
  CHECK(sleep_with_used(100 * kGib) == 16);
  auto view = host_view(1000 * kGib, 0, 0);
  look(*controller("kubevirt"), view);
  CHECK(view.knobs.sleep_millisecs == 10);
}

}  // namespace
}  // namespace ksmsim
