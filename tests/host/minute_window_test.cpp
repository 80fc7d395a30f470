#include "sim/host/minute_window.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace ksmsim;
using std::chrono::seconds;

Time at(int s) { return Time{seconds(s)}; }

}  // namespace

TEST_CASE("the worst minute is the 60 seconds with most in them, wherever they begin") {
  host::MinuteWindow window;
  window.add(at(0), 10);
  window.add(at(50), 5);
  CHECK(window.worst() == results::WorstMinute{15, 0});
  window.add(at(61), 25);  // 0 is out of the minute by now.
  CHECK(window.worst() == results::WorstMinute{30, nanoseconds(at(50))});
  window.add(at(109), 1);
  CHECK(window.worst() == results::WorstMinute{31, nanoseconds(at(50))});
  window.add(at(500), 30);
  CHECK(window.worst() == results::WorstMinute{31, nanoseconds(at(50))});
}

TEST_CASE("what comes within one second counts together") {
  host::MinuteWindow window;
  for (int i = 0; i < 1000; ++i) window.add(Time{std::chrono::milliseconds(i)}, 1);
  CHECK(window.worst() == results::WorstMinute{1000, 0});
}

TEST_CASE("nothing broken is no worst minute") {
  CHECK(host::MinuteWindow{}.worst() == results::WorstMinute{});
}
