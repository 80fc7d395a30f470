// When things happen in a run: visits in the middle of a batch, naps, knobs.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "sim/host/run.hpp"
#include "tests/host/guests.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;

Run started(const Operations& operations, RunOptions options = visits_of_1_ms()) {
  auto run = Run::begin(std::move(options), operations.source());
  REQUIRE(run);
  return std::move(*run);
}
void go_to(Run& run, Time until) { REQUIRE(run.advance(until)); }
ksm::Counters counters_at(Run& run, Time time) {
  go_to(run, time);
  return run.machine().counters();
}
using Events = std::vector<results::Event>;
// Every event from the first millisecond on.
Events later_events(Run& run) {
  Events events = run.finish().events;
  std::erase_if(events, [](const results::Event& e) { return e.at_ns == 0; });
  return events;
}
results::Event written(std::int64_t at_ms, std::string knob, std::string value) {
  return {at_ms * 1'000'000, results::KnobWritten{"", std::move(knob), std::move(value)}};
}

// Ten pages are visited from 0 to 9 ms; the batch ends at 10 ms, in tick 2; ksmd naps for 5 ticks
// and one, to tick 8.
constexpr std::int64_t kSecondBatch = 32;

}  // namespace

TEST_CASE("visits happen one after the other, each when those before it have taken their price") {
  Run run = started(guest_of(10));
  CHECK(counters_at(run, ms(0)).pages_scanned == 1);
  CHECK(counters_at(run, ms(3) - Duration{1}).pages_scanned == 3);
  CHECK(counters_at(run, ms(3)).pages_scanned == 4);
  CHECK(counters_at(run, ms(9)).pages_scanned == 10);
  CHECK(run.machine().ksmd().in_batch());
  CHECK(counters_at(run, ms(10)).full_scans == 1);
  CHECK(counters_at(run, ms(kSecondBatch) - Duration{1}).pages_scanned == 10);
  CHECK(counters_at(run, ms(kSecondBatch)).pages_scanned == 11);
}

TEST_CASE("a write in mid-batch is seen at a page not yet visited, and not at one visited") {
  Operations operations = guest_of(10);
  operations.at(ms(5), write_equal(range(0, 2, 1), 100));  // Was visited at 2 ms.
  operations.at(ms(5), write_equal(range(0, 8, 1), 101));  // Will be at 8 ms.
  Run run = started(operations);
  // The second batch finds every page as the first saw it, but for page 2.
  CHECK(counters_at(run, ms(kSecondBatch + 15)).pages_unshared == 9);
}

TEST_CASE("an operation at the time of a visit comes first, one nanosecond later it does not") {
  for (const int late_ns : {0, 1}) {
    Operations operations = guest_of(10);
    operations.at(ms(5) + Duration{late_ns}, write_equal(range(0, 5, 1), 100));
    Run run = started(operations);
    CHECK(counters_at(run, ms(kSecondBatch + 15)).pages_unshared == 10 - late_ns);
  }
}

TEST_CASE("a page that goes in mid-batch is not visited any more") {
  Operations operations = guest_of(10);
  operations.at(ms(5), input::Discard{range(0, 6, 2)});
  Run run = started(operations);
  CHECK(counters_at(run, ms(20)).pages_scanned == 8);
}

TEST_CASE("run 0 in mid-batch waits for its end, and what is written after it waits behind it") {
  Operations operations = guest_of(10);
  operations.knob(ms(2), "smart_scan", "0");
  operations.knob(ms(3), "run", "0");
  operations.knob(ms(4), "pages_to_scan", "7");
  operations.knob(ms(40), "pages_to_scan", "8");
  Run run = started(operations);
  go_to(run, ms(5));
  CHECK_FALSE(run.machine().ksmd().knobs().smart_scan);
  CHECK(run.machine().ksmd().knobs().run == ksm::RunMode::merge);
  CHECK(run.machine().ksmd().knobs().pages_to_scan == 100);
  go_to(run, ms(10));
  CHECK(run.machine().ksmd().knobs().run == ksm::RunMode::stop);
  CHECK(run.machine().ksmd().knobs().pages_to_scan == 7);
  CHECK(counters_at(run, ms(900)).pages_scanned == 10);
  CHECK(later_events(run) == Events{written(2, "smart_scan", "0"), written(10, "run", "0"),
                                    written(10, "pages_to_scan", "7"),
                                    written(40, "pages_to_scan", "8")});
}

TEST_CASE("run 2 in mid-batch unmerges when the batch is over") {
  Operations operations;
  operations.at(kStart, begin(0)).at(kStart, map(range(0, 0, 10)));
  operations.at(kStart, write_equal(range(0, 0, 10), 7));
  operations.knob(ms(kSecondBatch + 5), "run", "2");
  Run run = started(operations);
  CHECK(counters_at(run, ms(kSecondBatch + 9)).pages_sharing == 9);
  CHECK(counters_at(run, ms(kSecondBatch + 10)) == ksm::Counters{.pages_scanned = 20});
  CHECK(run.machine().memory().totals().cow_ksm == 10);
}

TEST_CASE("max_page_sharing in mid-batch waits as well, and is refused then if pages are shared") {
  Operations operations;
  operations.at(kStart, begin(0)).at(kStart, map(range(0, 0, 10)));
  operations.at(kStart, write_equal(range(0, 0, 10), 7));
  operations.knob(ms(kSecondBatch + 5), "max_page_sharing", "5");
  Run run = started(operations);
  go_to(run, ms(kSecondBatch + 20));
  const results::KnobRefused refused{"", "max_page_sharing", "5", ksm::WriteError::busy};
  CHECK(later_events(run) == Events{{42'000'000, refused}});
}

TEST_CASE("writing run 1 in mid-batch does not shorten the nap after it") {
  Operations operations = guest_of(10);
  operations.knob(ms(3), "run", "1");
  operations.knob(ms(15), "run", "1");  // Nor does it end the nap.
  Run run = started(operations);
  CHECK(counters_at(run, ms(kSecondBatch) - Duration{1}).pages_scanned == 10);
  CHECK(counters_at(run, ms(kSecondBatch)).pages_scanned == 11);
}

TEST_CASE("pages_to_scan counts from the next batch") {
  Operations operations = guest_of(10);
  operations.knob(ms(3), "pages_to_scan", "4");
  Run run = started(operations);
  CHECK(counters_at(run, ms(20)).pages_scanned == 10);
  CHECK(counters_at(run, ms(kSecondBatch + 20)).pages_scanned == 14);
}

TEST_CASE("a change of sleep_millisecs ends the nap; the same value and run do not") {
  Operations operations = guest_of(10);
  operations.knob(ms(1), "sleep_millisecs", "500");
  operations.knob(ms(20), "sleep_millisecs", "500");
  operations.knob(ms(30), "run", "0");
  operations.knob(ms(31), "run", "1");
  operations.knob(ms(50), "sleep_millisecs", "400");
  Run run = started(operations);
  CHECK(counters_at(run, ms(50) - Duration{1}).pages_scanned == 10);
  CHECK(counters_at(run, ms(55)).pages_scanned == 16);
  // It applies from the next sleep on: 60 ms are tick 15, 400 ms 100 ticks, rounded up to 8.
  CHECK(counters_at(run, ms(480) - Duration{1}).pages_scanned == 20);
  CHECK(counters_at(run, ms(480)).pages_scanned == 21);
}

TEST_CASE("run 1 wakes a ksmd that waits for work, and the first registration does") {
  Operations operations;
  operations.knob(kStart, "run", "0");
  operations.at(kStart, begin(0)).at(kStart, map(range(0, 0, 10)));
  operations.at(kStart, write_unequal(range(0, 0, 10), 1));
  operations.knob(ms(100), "run", "1");
  Run stopped = started(operations);
  CHECK(counters_at(stopped, ms(100) - Duration{1}).pages_scanned == 0);
  CHECK(counters_at(stopped, ms(102)).pages_scanned == 3);

  Operations late;
  late.at(ms(50), begin(0)).at(ms(50), map(range(0, 0, 10)));
  late.at(ms(50), write_unequal(range(0, 0, 10), 1));
  Run run = started(late);
  CHECK(counters_at(run, ms(50) - Duration{1}).pages_scanned == 0);
  CHECK(counters_at(run, ms(51)).pages_scanned == 2);
}

TEST_CASE("a sleep of 0 goes on at once and time still passes") {
  RunOptions options = visits_of_1_ms();
  options.knobs = {{"sleep_millisecs", "0"}, {"smart_scan", "0"}};
  Run run = started(guest_of(10), options);
  CHECK(counters_at(run, ms(35)).pages_scanned == 36);

  options.host.prices = {};  // Not even work takes time.
  options.until = kStart + std::chrono::microseconds(1);
  Run free = started(guest_of(10), options);
  const auto state = free.advance(kNever);
  REQUIRE(state);
  CHECK(*state == Run::State::over);
  CHECK(free.machine().ksmd().full_scans() > 100);
}

TEST_CASE("a sleep of 2^31 ms lasts for ever") {
  RunOptions options = visits_of_1_ms();
  options.knobs = {{"sleep_millisecs", "2147483648"}};
  options.until = kStart + std::chrono::hours(24 * 365);
  options.sample_interval = std::chrono::hours(24);
  Run run = started(guest_of(10), options);
  CHECK(counters_at(run, options.until).pages_scanned == 10);
}

TEST_CASE("the time since boot decides when a nap ends") {
  RunOptions options = visits_of_1_ms();
  options.host.ticks.boot = std::chrono::milliseconds(1);
  Run run = started(guest_of(10), options);
  CHECK(counters_at(run, ms(31) - Duration{1}).pages_scanned == 10);
  CHECK(counters_at(run, ms(31)).pages_scanned == 11);
}

}  // namespace ksmsim::host
