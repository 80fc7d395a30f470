#include "sim/host/memory_log.hpp"

#include <catch2/catch.hpp>

#include "sim/host/run.hpp"
#include "tests/host/guests.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;
using std::chrono::seconds;

Time at(int s) { return Time{seconds(s)}; }
std::int64_t ns(int s) { return nanoseconds(at(s)); }

}  // namespace

TEST_CASE("the least available memory is kept with the first moment of it") {
  MemoryLog log(1000);
  CHECK(log.course() == results::MemoryCourse{.least_kb = 1000});
  log.note(at(5), 300, 0);
  log.note(at(6), 700, 0);
  log.note(at(90), 300, 0);
  CHECK(log.course().least_kb == 300);
  CHECK(log.course().least_at_ns == ns(5));
}

TEST_CASE("the fastest fall is the largest within a minute, from where it was high last") {
  MemoryLog log(1000);
  log.note(at(10), 900, 0);
  log.note(at(100), 500, 0);  // From 900, which it was until now.
  log.note(at(120), 200, 0);
  log.note(at(130), 800, 0);
  log.note(at(161), 100, 0);  // 100 s is out of the minute by now.
  CHECK(log.course().fastest == results::Fall{900, ns(100), 200, ns(120)});
  log.note(at(175), 40, 0);
  CHECK(log.course().fastest == results::Fall{800, ns(161), 40, ns(175)});
}

TEST_CASE("memory that only grows has no fall") {
  MemoryLog log(1000);
  for (int s = 1; s < 200; ++s) log.note(at(s), 1000 + s, s);
  CHECK(log.course().fastest == results::Fall{});
  CHECK(log.course().storm_fall == results::Fall{});
  CHECK(log.course().storm == results::WorstMinute{60, ns(1)});
}

TEST_CASE("the minute with most breaks has its own fall, though others were faster") {
  MemoryLog log(10'000);
  log.note(at(1), 4'000, 0);  // Guests boot.
  log.note(at(80), 9'000, 1);
  log.note(at(199), 9'100, 1);
  log.note(at(200), 9'000, 6);
  for (int s = 1; s <= 10; ++s) log.note(at(240 + s), 9'000 - 300 * s, 6 + 100 * s);
  log.note(at(251), 8'000, 1'106);  // Somebody was killed.
  log.note(at(400), 8'000, 1'200);
  const results::MemoryCourse course = log.course();
  CHECK(course.storm == results::WorstMinute{1'105, ns(200)});
  CHECK(course.storm_kb == 9'100);
  CHECK(course.storm_fall == results::Fall{9'000, ns(241), 6'000, ns(250)});
  CHECK(course.fastest == results::Fall{10'000, ns(1), 4'000, ns(1)});
}

TEST_CASE("what fell before the breaks of a storm is not in its fall") {
  MemoryLog log(10'000);
  log.note(at(60), 10'000, 0);
  for (int s = 0; s < 30; ++s) log.note(at(61 + s), 9'900 - 200 * s, 1 + s);  // Guests grow.
  log.note(at(110), 4'100, 30);
  log.note(at(111), 4'000, 630);  // A twentieth of 630 is more than the 30 before.
  log.note(at(112), 3'000, 630);
  const results::MemoryCourse course = log.course();
  CHECK(course.storm == results::WorstMinute{630, ns(61)});
  CHECK(course.storm_kb == 10'000);
  CHECK(course.storm_fall == results::Fall{4'100, ns(111), 3'000, ns(112)});
}

TEST_CASE("a storm whose breaks take no memory has no fall, whatever fell before") {
  MemoryLog log(10'000);
  log.note(at(1), 10'000, 1);
  log.note(at(2), 2'000, 2);
  log.note(at(20), 2'000, 1'000);
  log.note(at(30), 2'500, 1'000);
  CHECK(log.course().storm == results::WorstMinute{1'000, ns(1)});
  CHECK(log.course().storm_fall == results::Fall{});
}

TEST_CASE("a storm is seen by its course: breaks, what was available, and when it was gone") {
  RunOptions options = visits_of_1_ms();
  options.ram.total_kb = 40'000;
  options.ram.min_free_kb = 800;
  options.until = ms(60'000);
  Operations operations;
  for (std::uint32_t mm : {0u, 1u}) {
    operations.at(kStart, begin(mm)).at(kStart, map(range(mm, 0, 4600)));
    operations.at(kStart, write_unequal(range(mm, 0, 3000), 1));
  }
  for (std::uint64_t i = 0; i < 4600; i += 10) {
    for (std::uint32_t mm : {0u, 1u}) {
      operations.at(ms(static_cast<std::int64_t>(40'000 + i)),
                    write_unequal(range(mm, i, 10), 10'000 * (mm + 1) + i));
    }
  }
  // Apart, and with 1600 new pages each, they do not fit.
  options.ram.kernel_kb = 12'000;
  options.knobs = {{"pages_to_scan", "3000"}, {"smart_scan", "0"}};
  Run run = std::move(Run::begin(options, operations.source()).value());
  REQUIRE(run.advance(ms(39'000)));
  const auto before = run.sample();
  REQUIRE(before.truth.saved_pages == 3000);
  REQUIRE(run.advance(options.until));
  const results::RunResult result = run.finish();
  REQUIRE(result.memory);
  CHECK(result.memory->storm.breaks == result.samples.back().truth.write_breaks);
  CHECK(result.memory->storm.from_ns == nanoseconds(ms(40'000)));
  CHECK(result.memory->storm_kb == before.host.available_kb);
  CHECK(result.memory->storm_fall.from_kb > before.host.available_kb * 9 / 10);
  CHECK(result.memory->storm_fall.to_kb == 0);
  REQUIRE(result.host->kills.size() == 1);
  CHECK(result.host->kills[0].at_ns >= result.memory->storm_fall.to_ns);
}

TEST_CASE("breaks by run 2 count in the course, and RAM without a bound has none") {
  RunOptions options = visits_of_1_ms();
  options.until = ms(20'000);
  Operations operations;
  for (std::uint32_t mm : {0u, 1u}) {
    operations.at(kStart, begin(mm)).at(kStart, map(range(mm, 0, 100)));
    operations.at(kStart, write_unequal(range(mm, 0, 100), 1));
  }
  operations.knob(ms(15'000), "run", "2");  // It waits for the end of a batch.
  operations.knob(ms(16'000), "sleep_millisecs", "20");
  options.end_at = EndAt::trace_end;
  const auto result_with = [&](std::int64_t total_kb) {
    options.ram.total_kb = total_kb;
    Run run = std::move(Run::begin(options, operations.source()).value());
    REQUIRE(run.advance(kNever));
    return run.finish();
  };
  const results::RunResult bounded = result_with(40'000);
  REQUIRE(bounded.memory);
  CHECK(bounded.samples.back().truth.unmerge_breaks == 200);
  CHECK(bounded.memory->storm.breaks == 200);
  CHECK(bounded.memory->storm.from_ns >= nanoseconds(ms(14'000)));  // To the second.
  CHECK(bounded.memory->storm_fall.kb() > 0);
  CHECK_FALSE(result_with(0).memory);
}

}  // namespace ksmsim::host
