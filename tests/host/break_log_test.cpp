// Who ended the merging of pages.
#include "sim/host/break_log.hpp"

#include <catch2/catch.hpp>

#include "sim/host/run.hpp"
#include "tests/host/guests.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;

// Two guests of ten equal pages each, all merged after a few passes.
Operations merged_pair() {
  Operations operations;
  for (std::uint32_t mm = 0; mm < 2; ++mm) {
    operations.at(kStart, begin(mm)).at(kStart, map(range(mm, 0, 10)));
    operations.at(kStart, write_equal(range(mm, 0, 10), 7));
  }
  return operations;
}

std::vector<results::BreakCause> causes_of(const Operations& operations) {
  Run run = std::move(Run::begin(visits_of_1_ms(), operations.source()).value());
  REQUIRE(run.advance(kNever));
  return run.finish().break_causes;
}

}  // namespace

TEST_CASE("a break belongs to what its guest is busy with, after an end of that to running") {
  Operations operations = merged_pair();
  operations.at(ms(500), input::Activity{MmId{0}, "update"});
  operations.at(ms(501), write_unequal(range(0, 0, 4), 100));
  operations.at(ms(502), write_unequal(range(1, 0, 1), 200));
  operations.at(ms(503), input::Activity{MmId{0}, ""});
  operations.at(ms(504), write_unequal(range(0, 4, 2), 300));
  const auto causes = causes_of(operations);
  REQUIRE(causes.size() == 2);
  CHECK(causes[0] == results::BreakCause{.cause = "update",
                                         .breaks = 4,
                                         .new_frames = 4,
                                         .worst_minute = {4, nanoseconds(ms(501))}});
  CHECK(causes[1].cause == "running");
  CHECK(causes[1].breaks == 3);
  CHECK(causes[1].new_frames == 20 + 3);  // The first writes of both, and these.
}

TEST_CASE(
    "unmerging by advice and by run 2 are causes of their own, whatever guests are busy with") {
  Operations operations = merged_pair();
  operations.at(ms(400), input::Activity{MmId{0}, "boot"});
  operations.at(ms(500), input::Advise{range(0, 0, 4), input::Mergeable::no});
  operations.knob(ms(501), "run", "2");
  const auto causes = causes_of(operations);
  REQUIRE(causes.size() == 3);
  CHECK(causes[0].cause == "run 2");
  CHECK(causes[0].breaks == 16);
  CHECK(causes[1].cause == "advice");
  CHECK(causes[1].breaks == 4);
  CHECK(causes[2].breaks == 0);  // Guests' first writes.
}

TEST_CASE("what a guest's end frees is in the memory of no cause") {
  Operations operations = merged_pair();
  operations.at(ms(500), input::Activity{MmId{0}, "update"});
  operations.at(ms(501), write_unequal(range(0, 0, 4), 100));
  operations.at(ms(502), input::End{MmId{1}});  // It has six KSM pages alone by then.
  operations.at(ms(503), input::End{MmId{0}});
  const auto causes = causes_of(operations);
  REQUIRE(causes.size() == 2);
  CHECK(causes[0].cause == "update");
  CHECK(causes[0].new_frames == 4);
  CHECK(causes[1].cause == "running");
  CHECK(causes[1].new_frames == 20);
}

TEST_CASE("a fork is busy with what its parent is") {
  Operations operations = merged_pair();
  operations.at(ms(400), input::Activity{MmId{0}, "backup"});
  operations.at(ms(500), fork(0, 2));
  operations.at(ms(501), write_unequal(range(2, 0, 3), 100));
  CHECK(causes_of(operations)[0].cause == "backup");
}

TEST_CASE("breaks by cause sum to all breaks, and each cause has its worst minute") {
  mem::Totals totals;
  BreakLog log;
  const auto update = log.cause("update");
  totals.write_breaks = 5;
  log.book(ms(1000), totals, update);
  totals.write_breaks = 8;
  totals.unmerge_breaks = 2;
  log.book(ms(100'000), totals, update);
  totals.write_breaks = 9;
  log.book(ms(100'001), totals, log.cause("update 2"));
  const auto causes = log.causes();
  REQUIRE(causes.size() == 2);
  CHECK(causes[0].breaks + causes[1].breaks == totals.write_breaks + totals.unmerge_breaks);
  CHECK(causes[0].worst_minute == results::WorstMinute{5, nanoseconds(ms(1000))});
  CHECK(causes[1].worst_minute == results::WorstMinute{1, nanoseconds(ms(100'001))});
  CHECK(log.worst_write_minute() == results::WorstMinute{5, nanoseconds(ms(1000))});
}

}  // namespace ksmsim::host
