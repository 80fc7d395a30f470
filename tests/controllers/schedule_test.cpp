// Knobs by the clock.
#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "tests/controllers/looks.hpp"

namespace ksmsim {
namespace {

using namespace tests;
using std::chrono::seconds;

// All that a schedule writes until a time: "3600 run=1; ...", in seconds.
std::string until(host::Controller& schedule, seconds end) {
  auto view = host_view(kGib, 0, 0);
  std::string text;
  for (view.now = kStart + schedule.first_look(); view.now <= kStart + end;) {
    const auto at = std::chrono::duration_cast<seconds>(view.now - kStart).count();
    text += (text.empty() ? "" : "; ") + std::to_string(at) + " " + look(schedule, view);
  }
  return text;
}

TEST_CASE("A schedule writes each knob at its time, and again every day") {
  auto schedule =
      controller("schedule", {{"at", "28800:run=0, 79200:run=1,79200:pages_to_scan=1000"}});
  CHECK(until(*schedule, seconds(172'800)) ==
        "28800 run=0; 79200 run=1 pages_to_scan=1000; "
        "115200 run=0; 165600 run=1 pages_to_scan=1000");
}

TEST_CASE("Entries may be given one by one, in any order of their times") {
  auto schedule = controller("schedule", {{"at", "5:run=0"}, {"at", "0:run=1"}, {"period_s", "0"}});
  CHECK(schedule->first_look() == Duration::zero());
  CHECK(until(*schedule, seconds(1'000'000)) == "0 run=1; 5 run=0");
}

TEST_CASE("The times of a schedule may say their units") {
  auto schedule = controller(
      "schedule", {{"at", "8h:run=0, 22h:run=1,1320m:pages_to_scan=1000"}, {"period_s", "1d"}});
  CHECK(until(*schedule, seconds(115'200)) ==
        "28800 run=0; 79200 run=1 pages_to_scan=1000; 115200 run=0");
  auto early = controller("schedule", {{"at", "1500ms:run=1"}});
  CHECK(early->first_look() == std::chrono::milliseconds(1500));
}

TEST_CASE("A schedule's day may be short") {
  auto schedule = controller("schedule", {{"at", "1:run=1"}, {"period_s", "2"}});
  CHECK(until(*schedule, seconds(6)) == "1 run=1; 3 run=1; 5 run=1");
}

TEST_CASE("A schedule that is looked at late catches up in order") {
  auto schedule = controller("schedule", {{"at", "1:run=1,2:run=0,3:run=1"}, {"period_s", "10"}});
  auto view = host_view(kGib, 0, 0);
  view.now = kStart + seconds(12);
  CHECK(written(schedule->decide(view)) == "run=1 run=0 run=1 run=1 run=0");
  CHECK(schedule->interval() == seconds(1));
}

TEST_CASE("A copied schedule goes on from the same entry") {
  auto schedule = controller("schedule", {{"at", "1:run=1,2:run=0"}});
  auto view = host_view(kGib, 0, 0);
  view.now = kStart + seconds(1);
  look(*schedule, view);
  CHECK(look(*schedule->clone(), view) == "run=0");
}

TEST_CASE("Entries of a schedule that cannot be are refused") {
  CHECK(complaint("schedule", {}).find("should have at = TIME:KNOB=VALUE") != std::string::npos);
  CHECK(complaint("schedule", {{"at", "5"}}).find("should be TIME:KNOB=VALUE") !=
        std::string::npos);
  CHECK(complaint("schedule", {{"at", "run=1:5"}}).find("should be TIME:KNOB=VALUE") !=
        std::string::npos);
  CHECK(complaint("schedule", {{"at", "-5:run=1"}}).find("0 to 1000000000 s") != std::string::npos);
  CHECK(complaint("schedule", {{"at", "8 hours:run=1"}}) ==
        "controller schedule: '8 hours:run=1': should be a time, such as 8h");
  CHECK(complaint("schedule", {{"at", "5:run=7"}}).find("0, 1 or 2") != std::string::npos);
  CHECK(complaint("schedule", {{"at", "5:rum=1"}}).find("the nearest is 'run'") !=
        std::string::npos);
  CHECK(complaint("schedule", {{"at", "5:run=1,"}}) != "");
  CHECK(complaint("schedule", {{"at", "86400:run=1"}}).find("should be earlier") !=
        std::string::npos);
  CHECK(complaint("schedule", {{"at", "5:run=1"}, {"periods", "1"}})
            .find("the nearest is 'period_s'") != std::string::npos);
}

}  // namespace
}  // namespace ksmsim
