// Hooks of whoever watches a run.
#include "sim/host/run_watcher.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "sim/host/run.hpp"
#include "tests/host/guests.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;

// Keeps what it was told.
class Witness : public RunWatcher {
 public:
  void pass_ended(Time at, const Machine& machine) override {
    passes.push_back(nanoseconds(at) / 1'000'000);
    full_scans.push_back(machine.ksmd().full_scans());
  }
  void sample_taken(const results::Sample& sample) override { samples.push_back(sample); }
  void guest_ended(Time at, const results::Guest& guest) override {
    ends.push_back(guest.name + " at " + std::to_string(nanoseconds(at) / 1'000'000) + " with " +
                   std::to_string(guest.present_pages));
  }

  std::vector<std::int64_t> passes, full_scans;
  std::vector<results::Sample> samples;
  std::vector<std::string> ends;
};

// A guest of 30 pages that ends, another that is killed by one that is too large.
Operations three_guests() {
  Operations operations = guest_of(30);
  operations.at(ms(300), end(0));
  operations.at(ms(400), begin(1)).at(ms(400), map(range(1, 0, 6000)));
  operations.at(ms(400), write_unequal(range(1, 0, 6000), 100'000));
  operations.at(ms(500), begin(2)).at(ms(500), map(range(2, 0, 5000)));
  return operations.at(ms(500), write_unequal(range(2, 0, 5000), 200'000));
}
RunOptions watched_by(RunWatcher* watcher) {
  RunOptions options = visits_of_1_ms();
  options.ram.total_kb = 40'000;
  options.ram.min_free_kb = 800;
  options.sample_interval = std::chrono::milliseconds(250);
  options.watcher = watcher;
  return options;
}
results::RunResult ran(const RunOptions& options) {
  auto run = Run::begin(options, three_guests().source());
  REQUIRE(run);
  REQUIRE(run->advance(kNever));
  return run->finish();
}

}  // namespace

TEST_CASE("a watcher is told of passes, samples and guests that end or are killed") {
  Witness witness;
  const auto result = ran(watched_by(&witness));
  // Passes of 30 visits, with naps of 20 ms between.
  REQUIRE(witness.passes.size() > 3);
  CHECK(witness.passes[0] == 30);
  CHECK(witness.passes[1] >= 80);
  CHECK(witness.full_scans[0] == 1);
  CHECK(witness.full_scans[1] == 2);
  CHECK(static_cast<std::int64_t>(witness.passes.size()) == result.samples.back().passes);
  // The last sample may be the one that finish() makes.
  REQUIRE(witness.samples.size() >= 4);
  for (std::size_t i = 0; i + 1 < result.samples.size(); ++i) {
    CHECK(witness.samples[i] == result.samples[i]);
  }
  CHECK(witness.ends == std::vector<std::string>{"g0 at 300 with 30", "g1 at 500 with 6000"});
}

TEST_CASE("a run that is watched ends as one that is not, and so do its copies") {
  const auto alone = ran(watched_by(nullptr));
  Witness witness;
  CHECK(ran(watched_by(&witness)) == alone);
  RunWatcher nothing;  // Hooks are empty by default.
  CHECK(ran(watched_by(&nothing)) == alone);
  auto run = Run::begin(watched_by(&witness), three_guests().source());
  REQUIRE(run);
  REQUIRE(run->advance(ms(333)));
  Run copy = *run;
  REQUIRE(copy.advance(kNever));
  CHECK(copy.finish() == alone);
}

}  // namespace ksmsim::host
