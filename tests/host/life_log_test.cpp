#include "sim/host/life_log.hpp"

#include <catch2/catch.hpp>
#include <utility>

#include "tests/host/guests.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;

// What was recorded of the operations by `now`.
results::ContentLives lives_of(const Operations& operations, Time now) {
  LifeLog log;
  const auto source = operations.source();
  for (;;) {
    const auto next = source->next();
    REQUIRE(next);
    if (!*next) return log.lives(now);
    log.record((*next)->at, (*next)->operation);
  }
}

Run begun(const RunOptions& options, const Operations& operations) {
  RunOptions measured = options;
  measured.lives = Lives::measured;
  auto run = Run::begin(measured, operations.source());
  REQUIRE(run);
  return std::move(*run);
}

}  // namespace

TEST_CASE("counts of lives: below a time, and a median that is a quarter too long at most") {
  results::LifeCounts counts;
  CHECK(counts.total() == 0);
  CHECK(counts.below(1'000'000) == 0);
  for (std::uint32_t ms = 0; ms < 1000; ++ms) counts.add(ms, 1);
  CHECK(counts.total() == 1000);
  for (std::uint32_t ms : {0u, 1u, 3u, 4u, 5u, 64u, 100u, 127u, 500u, 896u}) {
    CHECK(counts.below(ms) == ms);
  }
  CHECK(counts.below(5000) == 1000);
  CHECK(counts.median_ms() >= 500);
  CHECK(counts.median_ms() <= 625);
  results::LifeCounts longest;
  longest.add(~std::uint32_t{0}, 1);
  CHECK(longest.median_ms() == std::uint64_t{1} << 32);
  CHECK(longest.below(~std::uint32_t{0}) == 0);
}

TEST_CASE("a content lives from its write to the next one, to a discard or an unmap") {
  auto operations = guest_of(1000);
  operations.at(ms(100), write_equal(range(0, 400, 200), 5))
      .at(ms(300), write_equal(range(0, 400, 1), 6))
      .at(ms(400), input::Discard{range(0, 401, 1)})
      .at(ms(500), input::Unmap{range(0, 900, 100)});
  const auto lives = lives_of(operations, ms(600));
  CHECK(lives.ended.total() == 200 + 1 + 1 + 100);
  CHECK(lives.ended.below(96) == 0);
  CHECK(lives.ended.below(112) == 200);
  CHECK(lives.ended.below(224) == 201);
  CHECK(lives.ended.below(320) == 202);
  CHECK(lives.standing.total() == 1000 - 100 - 1);
  CHECK(lives.standing.below(320) == 1);
  CHECK(lives.standing.below(512) == 199);
}

TEST_CASE("a fork's contents are as old as its parent's, and a guest's end ends no life") {
  auto operations = guest_of(10);
  operations.at(ms(100), fork(0, 1)).at(ms(200), write_equal(range(1, 0, 4), 5));
  operations.at(ms(300), end(0));
  const auto lives = lives_of(operations, ms(1000));
  CHECK(lives.ended.total() == 4);
  CHECK(lives.ended.below(192) == 0);
  CHECK(lives.standing.total() == 10);
}

TEST_CASE("what happens after the end of a run is no life") {
  auto operations = guest_of(10);
  operations.at(ms(100), write_equal(range(0, 0, 10), 5));
  operations.at(ms(5000), write_equal(range(0, 0, 10), 6));
  RunOptions options = visits_of_1_ms();
  options.end_at = EndAt::time;
  options.until = ms(2000);
  Run run = begun(options, operations);
  REQUIRE(run.advance(kNever));
  CHECK(run.lives().ended.total() == 10);
  CHECK(run.lives().standing.total() == 10);
}

TEST_CASE("a result has lives if they were measured, and is the same run otherwise") {
  auto operations = guest_of(10);
  operations.at(ms(100), write_equal(range(0, 0, 10), 5));
  Run run = begun(visits_of_1_ms(), operations);
  REQUIRE(run.advance(kNever));
  const auto lives = run.lives();
  results::RunResult measured = run.finish();
  REQUIRE(measured.lives);
  CHECK(*measured.lives == lives);
  Run other = std::move(Run::begin(visits_of_1_ms(), operations.source()).value());
  REQUIRE(other.advance(kNever));
  const results::RunResult plain = other.finish();
  CHECK_FALSE(plain.lives);
  CHECK(plain.digest == measured.digest);
  measured.lives.reset();
  CHECK(plain == measured);
}

TEST_CASE("a copy of a run measures for itself") {
  auto operations = guest_of(10);
  operations.at(ms(100), write_equal(range(0, 0, 10), 5));
  Run run = begun(visits_of_1_ms(), operations);
  REQUIRE(run.advance(ms(50)));
  Run copy = run;
  REQUIRE(copy.advance(kNever));
  CHECK(run.lives().ended.total() == 0);
  CHECK(copy.lives().ended.total() == 10);
}

TEST_CASE("what a killed guest would have written is no life, and what it held has not ended") {
  RunOptions options = visits_of_1_ms();
  options.ram = {.total_kb = 4000 * 4};
  Operations operations;
  operations.at(kStart, input::Begin{MmId{0}, "g"}).at(kStart, map(range(0, 0, 9000)));
  operations.at(kStart, write_unequal(range(0, 0, 9000), 1));
  for (std::uint64_t i = 1; i <= 50; ++i) {
    operations.at(ms(static_cast<std::int64_t>(i)), write_unequal(range(0, 0, 100), i));
  }
  Run run = begun(options, operations);
  REQUIRE(run.advance(kNever));
  REQUIRE(run.sample().host.oom_kills == 1);
  CHECK(run.lives().ended.total() == 0);
  CHECK(run.lives().standing.total() == 0);
}

}  // namespace ksmsim::host
