#include "sim/host/run.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "sim/base/random.hpp"
#include "tests/host/guests.hpp"
#include "tests/reference/swarm.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;
using std::chrono::milliseconds;
using std::chrono::seconds;

Run started(const Operations& operations, RunOptions options = visits_of_1_ms()) {
  auto run = Run::begin(std::move(options), operations.source());
  REQUIRE(run);
  return std::move(*run);
}
Run::State go_to(Run& run, Time until) {
  const auto state = run.advance(until);
  REQUIRE(state);
  return *state;
}
results::RunResult result_of(Run run) {
  REQUIRE(go_to(run, kNever) == Run::State::over);
  return run.finish();
}
results::RunResult result_of(const Operations& operations, RunOptions options = visits_of_1_ms()) {
  return result_of(started(operations, std::move(options)));
}
using Happenings = std::vector<results::Happening>;
Happenings happenings(const results::RunResult& result) {
  Happenings list;
  for (const results::Event& e : result.events) list.push_back(e.what);
  return list;
}
std::vector<std::int64_t> sample_ms(const results::RunResult& result) {
  std::vector<std::int64_t> list;
  for (const results::Sample& s : result.samples) list.push_back(s.at_ns / 1'000'000);
  return list;
}
using Times = std::vector<std::int64_t>;

// Random work of several guests at random times, knobs included.
Operations random_work(std::uint64_t seed) {
  reference::Swarm swarm(seed);
  RandomStream random(seed, "times");
  Operations operations;
  Time at = kStart;
  for (int i = 0; i < 400; ++i) {
    const reference::Step step = swarm.next();
    if (random.chance(1, 2)) at += Duration{static_cast<std::int64_t>(random.below(4'000'000))};
    if (const auto* operation = std::get_if<input::Operation>(&step)) operations.at(at, *operation);
  }
  return operations;
}
// Five milliseconds a visit, so that operations fall into batches.
RunOptions odd_options(const Operations& operations) {
  RunOptions options;
  options.host.prices = {.batches = 777, .visits = 5'000'000'123, .merges = 55'555'555};
  options.sample_interval = milliseconds(7);
  options.end_at = EndAt::time;
  options.until = operations.last() + milliseconds(100);
  return options;
}

}  // namespace

TEST_CASE("two runs of the same end in the same result") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Operations operations = random_work(seed);
    const auto result = result_of(operations, odd_options(operations));
    CHECK(result == result_of(operations, odd_options(operations)));
    CHECK(result.digest == results::digest_of(result));
    CHECK(result.samples.size() > 5);
  }
}

TEST_CASE("a run that is stepped on in odd small steps ends as one that is not") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Operations operations = random_work(seed);
    const auto whole = result_of(operations, odd_options(operations));
    for (const std::int64_t step_ns : {99'991, 1'000'003, 13'000'000}) {
      Run run = started(operations, odd_options(operations));
      Time until = kStart;
      while (go_to(run, until) == Run::State::going_on) until += Duration{step_ns};
      INFO("seed " << seed << " step " << step_ns);
      CHECK(run.finish() == whole);
    }
  }
}

TEST_CASE("a run that is copied at any time and the original end alike") {
  int in_batch = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Operations operations = random_work(seed);
    const RunOptions options = odd_options(operations);
    const auto whole = result_of(operations, options);
    RandomStream random(seed, "copies");
    for (int i = 0; i < 8; ++i) {
      Run run = started(operations, options);
      go_to(run, kStart + Duration{static_cast<std::int64_t>(random.below(
                              static_cast<std::uint64_t>(nanoseconds(options.until))))});
      in_batch += run.machine().ksmd().in_batch();
      const Run copy = run;
      const auto result = result_of(std::move(run));
      CHECK(result == whole);
      CHECK(result_of(copy) == whole);
    }
  }
  CHECK(in_batch > 10);  // Of 80 copies.
}

TEST_CASE("a run that is copied in the middle of a batch goes on in it") {
  const Operations operations = guest_of(500);
  RunOptions options = visits_of_1_ms();
  options.knobs = {{"pages_to_scan", "1000"}};
  Run run = started(operations, options);
  go_to(run, ms(250) + Duration{1});
  REQUIRE(run.machine().ksmd().in_batch());
  REQUIRE(run.machine().counters().pages_scanned == 251);
  Run copy = run;
  Run changed = run;
  const auto digest = result_of(std::move(run)).digest;
  CHECK(digest == result_of(operations, options).digest);
  CHECK(copy.machine().counters().pages_scanned == 251);
  go_to(copy, ms(300));
  CHECK(copy.machine().counters().pages_scanned == 301);
  CHECK(changed.machine().counters().pages_scanned == 251);
}

TEST_CASE("other options give another digest") {
  const Operations operations = guest_of(10);
  const auto digest = [&](auto change) {
    RunOptions options = visits_of_1_ms();
    change(options);
    return result_of(operations, options).digest;
  };
  const auto plain = digest([](RunOptions&) {});
  CHECK(plain != digest([](RunOptions& o) { o.seed = 2; }));
  CHECK(plain != digest([](RunOptions& o) { o.host.ticks.hz = 1000; }));
  CHECK(plain != digest([](RunOptions& o) { o.host.prices.skips = 1; }));
  CHECK(plain != digest([](RunOptions& o) { o.host.agreed.otherwise = 1; }));
  CHECK(plain != digest([](RunOptions& o) { o.sample_interval = milliseconds(999); }));
  CHECK(plain != digest([](RunOptions& o) { o.knobs = {{"sleep_millisecs", "20"}}; }));
}

TEST_CASE(
    "knobs of the options hold for the whole run: the trace's writes are left out and noted") {
  Operations operations = guest_of(10);
  operations.knob(ms(1), "pages_to_scan", "7").knob(ms(2), "smart_scan", "0");
  RunOptions options = visits_of_1_ms();
  options.knobs = {{"pages_to_scan", "5"}};
  Run run = started(operations, options);
  go_to(run, ms(100));
  CHECK(run.machine().ksmd().knobs().pages_to_scan == 5);
  const auto result = run.finish();
  CHECK(happenings(result) == Happenings{results::KnobWritten{"", "run", "1"},
                                         results::GuestBegan{"g0"},
                                         results::KnobLeftOut{"", "pages_to_scan", "7"},
                                         results::KnobWritten{"", "smart_scan", "0"}});
  CHECK(result.kept_knobs.size() == 1);
  CHECK(result.knobs.pages_to_scan == 5);
  CHECK_FALSE(result.knobs.smart_scan);
}

TEST_CASE("a run begins with KSM on unless the options say else") {
  CHECK(result_of(guest_of(10)).samples.back().counters.pages_scanned > 0);
  RunOptions options = visits_of_1_ms();
  options.knobs = {{"run", "0"}};
  Operations operations = guest_of(10);
  operations.knob(ms(5), "run", "1");
  CHECK(result_of(operations, options).samples.back().counters == ksm::Counters{});
}

TEST_CASE("a knob of the options that is refused is an error in one line, before anything runs") {
  RunOptions options;
  options.knobs = {{"max_page_sharing", "1"}};
  auto run = Run::begin(options, guest_of(1).source());
  REQUIRE_FALSE(run);
  CHECK(run.error().text == "max_page_sharing = '1' is refused (EINVAL): 2 to 2147483647");
  options.knobs = {{"no_knob", "1"}};
  run = Run::begin(options, guest_of(1).source());
  REQUIRE_FALSE(run);
  CHECK(run.error().text == "there is no knob 'no_knob'");
}

TEST_CASE("the trace's writes that sysfs refuses are events and change nothing") {
  Operations operations = guest_of(4);
  operations.knob(ms(50), "max_page_sharing", "1");
  operations.knob(ms(51), "pages_shared", "0");
  operations.knob(ms(52), "no_knob", "0");
  const auto result = result_of(operations);
  CHECK(happenings(result) ==
        Happenings{results::KnobWritten{"", "run", "1"}, results::GuestBegan{"g0"},
                   results::KnobRefused{"", "max_page_sharing", "1", ksm::WriteError::invalid},
                   results::KnobRefused{"", "pages_shared", "0", ksm::WriteError::read_only},
                   results::KnobRefused{"", "no_knob", "0", ksm::WriteError::no_file}});
  CHECK(result.events[2].at_ns == 50'000'000);
}

TEST_CASE("samples are made at every interval, after what guests did then, and at the end") {
  Operations operations;
  operations.at(ms(1000), begin(0)).at(ms(1000), map(range(0, 0, 4)));
  operations.at(ms(1000), write_unequal(range(0, 0, 4), 1));
  RunOptions options = visits_of_1_ms();
  options.until = ms(2500);
  const auto result = result_of(operations, options);
  CHECK(sample_ms(result) == Times{0, 1000, 2000, 2500});
  CHECK(result.samples[0].truth.present_pages == 0);
  CHECK(result.samples[1].truth.present_pages == 4);
  CHECK(result.samples[1].counters.pages_scanned == 0);
}

TEST_CASE("a run to the end of the trace ends with its last operation") {
  Operations operations = guest_of(4);
  operations.at(ms(2000), input::Discard{range(0, 0, 1)});
  RunOptions options = visits_of_1_ms();
  options.end_at = EndAt::trace_end;
  options.until = kNever;
  const auto result = result_of(operations, options);
  CHECK(sample_ms(result) == Times{0, 1000, 2000});
  CHECK(result.samples.back().truth.present_pages == 3);
}

TEST_CASE("a trace of nothing is a run of one sample") {
  RunOptions options;
  const auto result = result_of(Operations{}, options);
  CHECK(sample_ms(result) == Times{0});
  CHECK(result.guests.empty());
}

TEST_CASE("guests are listed with their ksm_stat, ended ones as they were at their end") {
  Operations operations;
  operations.at(kStart, begin(0)).at(kStart, map(range(0, 0, 4)));
  operations.at(kStart, write_equal(range(0, 0, 4), 7));
  operations.at(kStart, begin(1)).at(kStart, map(range(1, 0, 3)));
  operations.at(kStart, write_equal(range(1, 0, 2), 7));
  operations.at(kStart, write_equal(range(1, 2, 1), 0));
  operations.at(ms(500), end(0));
  RunOptions options = visits_of_1_ms();
  options.knobs = {{"use_zero_pages", "1"}};
  const auto result = result_of(operations, options);
  REQUIRE(result.guests.size() == 2);
  CHECK(result.guests[0] == results::Guest{.name = "g0",
                                           .present_pages = 4,
                                           .ksm_rmap_items = 4,
                                           .ksm_zero_pages = 0,
                                           .ksm_merging_pages = 4,
                                           .ksm_process_profit = 4 * 4096 - 4 * 64,
                                           .ksm_mergeable = 1});
  CHECK(result.guests[1] == results::Guest{.name = "g1",
                                           .present_pages = 3,
                                           .ksm_rmap_items = 2,
                                           .ksm_zero_pages = 1,
                                           .ksm_merging_pages = 2,
                                           .ksm_process_profit = 3 * 4096 - 2 * 64,
                                           .ksm_mergeable = 1});
  CHECK(happenings(result) == Happenings{results::KnobWritten{"", "run", "1"},
                                         results::GuestBegan{"g0"}, results::GuestBegan{"g1"},
                                         results::GuestEnded{"g0"}});
}

TEST_CASE("counters that the captured host showed are kept and no part of the digest") {
  Operations operations = guest_of(4);
  Operations observed = guest_of(4);
  observed.at(ms(70), input::HostCounters{{{"pages_shared", 12}, {"pages_sharing", 34}}});
  const auto with = result_of(observed);
  REQUIRE(with.observed.size() == 1);
  CHECK(with.observed[0].at_ns == 70'000'000);
  CHECK(with.observed[0].values[1] == std::pair<std::string, std::int64_t>{"pages_sharing", 34});
  CHECK(with.digest == result_of(operations).digest);
}

TEST_CASE("outcomes of visits sum to pages_scanned, and ksmd's CPU is the price of its work") {
  Operations operations = guest_of(30);
  operations.at(ms(100), write_equal(range(0, 0, 20), 5));
  const auto result = result_of(operations);
  std::uint64_t visits = 0;
  for (const auto& [name, n] : result.outcomes) visits += n;
  CHECK(visits == static_cast<std::uint64_t>(result.samples.back().counters.pages_scanned));
  CHECK(result.samples.back().ksmd_cpu_ns == static_cast<std::int64_t>(visits) * 1'000'000);
}

TEST_CASE("passes are counted on when run 2 resets full_scans") {
  Operations operations = guest_of(4);
  operations.knob(ms(500), "run", "2").knob(ms(501), "run", "1");
  const auto result = result_of(operations);
  const results::Sample& last = result.samples.back();
  CHECK(last.counters.full_scans > 5);
  CHECK(last.passes > last.counters.full_scans + 5);
}

TEST_CASE("a source that fails is an error of advance, at its first operation as at a later one") {
  struct Broken : input::OpSource {
    int good;
    explicit Broken(int n) : good(n) {}
    Result<std::optional<input::TimedOperation>> next() override {
      if (good-- == 0) return Error{"broken"};
      return std::optional<input::TimedOperation>{{kStart, input::HostCounters{}}};
    }
    std::unique_ptr<input::OpSource> clone() const override {
      return std::make_unique<Broken>(*this);
    }
  };
  for (const int good : {0, 1, 5}) {
    auto run = Run::begin({}, std::make_unique<Broken>(good));
    REQUIRE(run);
    const auto state = run->advance(kNever);
    REQUIRE_FALSE(state);
    CHECK(state.error().text == "broken");
  }
}

TEST_CASE("what the host does not have ends the run with an error") {
  Operations operations = guest_of(4);
  operations.at(ms(5), input::Read{range(0, 0, kSitesMax + 1)});
  Run run = started(operations);
  CHECK_FALSE(run.advance(kNever));
}

}  // namespace ksmsim::host
