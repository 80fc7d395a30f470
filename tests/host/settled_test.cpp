// When a run that goes on until nothing changes is over.
#include <catch2/catch.hpp>

#include "sim/host/run.hpp"
#include "tests/host/guests.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;

constexpr Time kLate = kStart + std::chrono::hours(1);

RunOptions until_settled() {
  RunOptions options = visits_of_1_ms();
  options.end_at = EndAt::settled;
  options.until = kNever;
  return options;
}
// How it ended, or what it was at a late hour.
struct Ended {
  Run::State state;
  results::RunResult result;
};
Ended ended(const Operations& operations, RunOptions options = until_settled()) {
  auto run = Run::begin(std::move(options), operations.source());
  REQUIRE(run);
  const auto state = run->advance(kLate);
  REQUIRE(state);
  return {*state, run->finish()};
}
Operations equal_guest(std::uint64_t pages) {
  Operations operations;
  operations.at(kStart, begin(0)).at(kStart, map(range(0, 0, pages)));
  return operations.at(kStart, write_equal(range(0, 0, pages), 7));
}

}  // namespace

TEST_CASE("a state is settled when everything equal is merged and whole passes change nothing") {
  const Ended end = ended(equal_guest(10));
  CHECK(end.state == Run::State::over);
  CHECK(end.result.samples.back().counters.pages_sharing == 9);
  CHECK(end.result.samples.back().passes == 4);
}

TEST_CASE("nothing settles before the trace has ended") {
  Operations operations = equal_guest(10);
  operations.at(kStart + std::chrono::seconds(30), input::Discard{range(0, 0, 1)});
  const Ended end = ended(operations);
  CHECK(end.state == Run::State::over);
  CHECK(end.result.samples.back().at_ns > 30'000'000'000);
}

TEST_CASE("a pass that had begun before the end of the trace does not count as still") {
  // Late equal pages, behind the cursor of the pass under way: it does not see them, the next one
  // checksums them, and only the one after that merges them.
  Operations operations = guest_of(100);
  operations.at(ms(5000), begin(1)).at(ms(5000), map(range(1, 0, 100)));
  operations.at(ms(5000), write_unequal(range(1, 0, 100), 1000));
  for (std::int64_t at = 5100; at < 5400; at += 10) {
    Operations late = operations;
    late.at(ms(at), write_equal(range(1, 0, 10), 5000));
    RunOptions options = until_settled();
    options.knobs = {{"smart_scan", "0"}};
    const Ended end = ended(late, options);
    INFO("the last write is at " << at << " ms");
    CHECK(end.state == Run::State::over);
    CHECK(end.result.samples.back().counters.pages_sharing == 9);
  }
}

TEST_CASE("a ksmd that waits for work has settled") {
  RunOptions options = until_settled();
  options.knobs = {{"run", "0"}};
  CHECK(ended(equal_guest(10), options).state == Run::State::over);
  Operations gone = equal_guest(10);
  gone.at(ms(20), end(0));
  CHECK(ended(gone).state == Run::State::over);
}

TEST_CASE("a ksmd that sleeps for ever or scans nothing has settled") {
  for (const input::SetKnob& knob :
       {input::SetKnob{"sleep_millisecs", "4294967295"}, input::SetKnob{"pages_to_scan", "0"}}) {
    RunOptions options = until_settled();
    options.knobs = {knob};
    CHECK(ended(equal_guest(10), options).state == Run::State::over);
  }
  RunOptions options = until_settled();
  options.knobs = {{"advisor_max_pages_to_scan", "0"}, {"advisor_mode", "scan-time"}};
  CHECK(ended(equal_guest(10), options).state == Run::State::over);
}

}  // namespace ksmsim::host
