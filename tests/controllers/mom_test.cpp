// oVirt's MOM: what its rules say, and where they differ from ksmtuned.
#include <catch2/catch.hpp>
#include <chrono>

#include "tests/controllers/looks.hpp"

namespace ksmsim {
namespace {

using namespace tests;
using std::chrono::seconds;

constexpr std::int64_t kTotal = 16 * kGib;

TEST_CASE("MOM looks every 15 s, first when these are over") {
  CHECK(controller("mom")->interval() == seconds(15));
  CHECK(controller("mom")->first_look() == seconds(15));
}

TEST_CASE("MOM changes the number of pages that the kernel has, and writes only what differs") {
  auto mom = controller("mom");
  auto view = host_view(kTotal, kGib, 4 * kGib);
  view.knobs.pages_to_scan = 500;
  CHECK(look(*mom, view) == "run=1 pages_to_scan=800 sleep_millisecs=10");
  CHECK(look(*mom, view) == "pages_to_scan=1100");
  CHECK(look(*mom, view) == "pages_to_scan=1250");
  CHECK(look(*mom, view).empty());
}

TEST_CASE("MOM sleeps without ksmtuned's floor: not at all on a large host") {
  const auto sleep_on = [](std::int64_t total, const host::controllers::GivenConstants& constants) {
    auto view = host_view(total, 0, 0);
    look(*controller("mom", constants), view);
    return view.knobs.sleep_millisecs;
  };
  CHECK(sleep_on(6 * kGib, {}) == 26);
  CHECK(sleep_on(64 * kGib, {}) == 2);
  CHECK(sleep_on(161 * kGib, {}) == 0);
  CHECK(sleep_on(161 * kGib, {{"ksm_sleep_ms_min", "10"}}) == 10);
}

TEST_CASE("MOM counts what guests were given, whatever they hold and however they were started") {
  auto view = host_view(kTotal, 8 * kGib, 13 * kGib);
  view.guests[0].rss_kb = view.guests[0].pss_kb = 0;
  view.guests[0].accel = host::Accel::accel_kvm;
  CHECK(look(*controller("mom"), view) == "run=1 pages_to_scan=64 sleep_millisecs=10");
  view.guests[0].size_kb = 12 * kGib;
  view.knobs.run = ksm::RunMode::merge;
  CHECK(look(*controller("mom"), view) == "run=0");
}

TEST_CASE("MOM averages free memory over its last ten looks") {
  auto mom = controller("mom");
  auto view = host_view(kTotal, 4 * kGib, 0);  // A quarter is free.
  look(*mom, view);
  view.free_kb = 2 * kGib;  // (4 + 2) / 2 = 3 GiB, less than 3.2.
  CHECK(look(*mom, view) == "run=1 pages_to_scan=400 sleep_millisecs=10");
  view.free_kb = 4 * kGib;
  CHECK(look(*mom, view) == "run=0");  // 3.33 GiB.
}

TEST_CASE("MOM forgets all but its last ten looks") {
  auto mom = controller("mom");
  auto view = host_view(kTotal, kTotal, 0);
  for (int i = 0; i < 100; ++i) look(*mom, view);
  view.free_kb = 0;
  int looks = 0;
  for (; view.knobs.run == ksm::RunMode::stop; ++looks) look(*mom, view);
  CHECK(looks == 8);  // Two of ten with all free: 20 %, which is not more than the threshold.
}

// One guest of 4 GiB on a host with this part free, in percent; its memory in kB after a look.
struct Ballooned {
  std::int64_t free_percent, used_kb, balloon_kb;
  host::controllers::GivenConstants constants = {};
};
std::int64_t memory_after(const Ballooned& b) {
  auto view = host_view(100 * kGib, b.free_percent * kGib, 4 * kGib);
  view.guests[0].rss_kb = b.used_kb;
  view.guests[0].balloon_kb = b.balloon_kb;
  const auto decision = controller("mom", b.constants)->decide(view);
  if (decision.balloons.empty()) return 4 * kGib - b.balloon_kb;
  CHECK(decision.balloons.size() == 1);
  CHECK(decision.balloons[0].mm == view.guests[0].mm);
  return 4 * kGib - decision.balloons[0].balloon_kb;
}

TEST_CASE("MOM's balloons begin to grow below 20 % free, by 5 % of the guest a step") {
  const std::int64_t step = 4 * kGib * 95 / 100;
  CHECK(memory_after({.free_percent = 20, .used_kb = kGib, .balloon_kb = 0}) == 4 * kGib);
  CHECK(memory_after({.free_percent = 19, .used_kb = kGib, .balloon_kb = 0}) == step);
  CHECK(memory_after({.free_percent = 1, .used_kb = kGib, .balloon_kb = 0}) == step);
}

TEST_CASE("MOM leaves a guest what it uses and a reserve that goes with the host's free memory") {
  // At 10 % free, half of the full reserve of 20 %.
  const std::int64_t used = 4 * kGib * 87 / 100;
  CHECK(memory_after({.free_percent = 10, .used_kb = used, .balloon_kb = 0}) ==
        used + 4 * kGib / 10);
  CHECK(memory_after({.free_percent = 10, .used_kb = 4 * kGib, .balloon_kb = 0}) == 4 * kGib);
}

TEST_CASE("At 5 % free MOM makes even guests swap that use all they have") {
  CHECK(memory_after({.free_percent = 6, .used_kb = 4 * kGib, .balloon_kb = 0}) == 4 * kGib);
  // The reserve is the free part less 5 %: -4 %.
  CHECK(memory_after({.free_percent = 1, .used_kb = 4 * kGib, .balloon_kb = 0}) ==
        4 * kGib * 96 / 100);
}

TEST_CASE("MOM takes no step of a balloon below 0.25 % of the guest") {
  const std::int64_t used = 4 * kGib * 898 / 1000;  // With the reserve, 0.2 % less than it has.
  CHECK(memory_after({.free_percent = 10, .used_kb = used, .balloon_kb = 0}) == 4 * kGib);
}

TEST_CASE("MOM's balloons shrink by 5 % a step when memory is free, down to nothing") {
  const std::int64_t now = 2 * kGib;
  CHECK(memory_after({.free_percent = 50, .used_kb = 0, .balloon_kb = 2 * kGib}) ==
        now * 105 / 100);
  CHECK(memory_after({.free_percent = 50, .used_kb = 0, .balloon_kb = kGib / 10}) == 4 * kGib);
}

TEST_CASE("Switched off, MOM's balloons only shrink") {
  const host::controllers::GivenConstants off{{"balloon_enabled", "0"}};
  CHECK(memory_after({.free_percent = 1, .used_kb = 0, .balloon_kb = 0, .constants = off}) ==
        4 * kGib);
  CHECK(memory_after({.free_percent = 1, .used_kb = 0, .balloon_kb = 2 * kGib, .constants = off}) ==
        2 * kGib * 105 / 100);
}

TEST_CASE("MOM gives a guest back what it is guaranteed, at once") {
  CHECK(memory_after({.free_percent = 1,
                      .used_kb = 0,
                      .balloon_kb = 3 * kGib,
                      .constants = {{"balloon_min_percent", "0.5"}}}) == 2 * kGib);
}

TEST_CASE("A copied MOM remembers the same samples") {
  auto mom = controller("mom");
  auto view = host_view(kTotal, 16 * kGib, 0);
  look(*mom, view);
  auto copy = mom->clone();
  view.free_kb = 0;
  auto same = view;
  CHECK(look(*mom, view) == look(*copy, same));
  CHECK(view.knobs.run == ksm::RunMode::stop);  // On average half is free.
}

}  // namespace
}  // namespace ksmsim
