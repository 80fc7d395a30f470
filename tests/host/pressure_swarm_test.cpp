// Random guests on a host that is too small for them: whatever happens, the sums hold.
#include <catch2/catch.hpp>

#include "sim/base/random.hpp"
#include "sim/host/run.hpp"
#include "sim/input/operation_checker.hpp"
#include "tests/host/guests.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;

constexpr std::uint64_t kGuestPages = 2048;

// Operations of up to a few guests, one each 5 ms, as random as the rules allow.
class RandomGuests {
 public:
  explicit RandomGuests(std::uint64_t seed) : random_(seed, "pressure") {}

  Operations make(int steps) {
    for (int i = 0; i < steps; ++i) {
      now_ = ms(5 * i);
      step();
    }
    return operations_;
  }

 private:
  void add(input::Operation operation) {
    if (checker_.apply(operation).ok()) operations_.at(now_, std::move(operation));
  }
  void start() {
    const auto mm = checker_.next_mm().value;
    add(begin(mm));
    add(map(range(mm, 0, kGuestPages)));
    living_.push_back(mm);
  }
  input::PageRange some_range(std::uint32_t mm) {
    const std::uint64_t first = random_.below(kGuestPages);
    return range(mm, first, 1 + random_.below(kGuestPages - first));
  }
  void step() {
    if (living_.empty() || (living_.size() < 6 && random_.below(8) == 0)) return start();
    const std::uint32_t mm = living_[random_.below(living_.size())];
    switch (random_.below(16)) {
      case 0:
        add(end(mm));
        std::erase(living_, mm);
        return;
      case 1: {
        const auto child = checker_.next_mm().value;
        if (living_.size() < 6) {
          add(fork(mm, child));
          living_.push_back(child);
        }
        return;
      }
      case 2:
        return add(input::Read{some_range(mm), 1 + random_.below(3)});
      case 3:
        return add(input::Discard{some_range(mm)});
      case 4:
        return add(input::Pin{some_range(mm), input::Switch{random_.below(2) == 0}});
      case 5:
        return add(input::Huge{some_range(mm), input::Switch{random_.below(3) > 0}});
      case 6:
        return add(input::SwapOut{some_range(mm)});
      case 7:
        return add(input::SetKnob{"run", std::to_string(random_.below(3))});
      case 8:
        return add(input::SetKnob{"run", "1"});
      case 9:
        return add(input::Activity{MmId{mm}, random_.below(2) == 0 ? "update" : ""});
      case 10:
        return add(input::Advise{some_range(mm), input::Mergeable{random_.below(4) > 0}});
      default:
        if (random_.below(2) == 0) return add(write_equal(some_range(mm), random_.below(4)));
        return add(write_unequal(some_range(mm), 1 + random_.below(5000)));
    }
  }

  RandomStream random_;
  input::OperationChecker checker_;
  Operations operations_;
  std::vector<std::uint32_t> living_;
  Time now_ = kStart;
};

// 16 MiB of RAM; guests of 8 MiB. What else differs from seed to seed is drawn, too.
RunOptions tight_host(std::uint64_t seed) {
  RandomStream random(seed, "host");
  RunOptions options;
  options.ram.total_kb = 16'384;
  options.ram.kernel_kb = 1024;
  options.ram.guest_overhead_kb = static_cast<std::int64_t>(random.below(300));
  options.ram.cached_kb = static_cast<std::int64_t>(random.below(4000));
  options.ram.buffers_kb = static_cast<std::int64_t>(random.below(500));
  options.ram.swap_kb = static_cast<std::int64_t>(random.below(3) * 8000);
  options.ram.swap_read = std::chrono::microseconds(random.below(200));
  options.ram.khugepaged.pages_to_scan = static_cast<std::int64_t>(random.below(2) * 4096);
  options.ram.khugepaged.scan_sleep = std::chrono::milliseconds(50);
  options.ram.numa_nodes = 1 + static_cast<std::uint32_t>(random.below(2));
  options.host.swap_write = std::chrono::microseconds(random.below(3) * 100);
  options.sample_interval = std::chrono::milliseconds(20);
  if (random.below(2) == 0) options.controller.name = "ksmtuned";
  if (!options.controller.name.empty()) options.controller.constants = {{"monitor_interval", "1"}};
  return options;
}

Run begun(const RunOptions& options, const Operations& operations) {
  auto run = Run::begin(options, operations.source());
  INFO((run ? std::string() : run.error().text));
  REQUIRE(run);
  return std::move(*run);
}

}  // namespace

TEST_CASE("on a host that is too small for its guests all sums hold after every step") {
  std::int64_t kills = 0;
  std::int64_t swapped = 0;
  std::int64_t dropped = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    const RunOptions options = tight_host(seed);
    const Operations operations = RandomGuests(seed).make(120);
    Run run = begun(options, operations);
    for (Time at = kStart; at <= operations.last(); at += std::chrono::milliseconds(5)) {
      REQUIRE(run.advance(at));
      const auto host = run.sample().host;
      REQUIRE(host.used_kb + host.free_kb + host.buffers_kb + host.cached_kb == 16'384);
      // Reclaim or the OOM killer found what was needed.
      REQUIRE(host.free_kb >= watermarks(options.ram).min_kb);
      REQUIRE(host.swap_used_kb <= options.ram.swap_kb);
      Machine copy = run.machine();
      copy.ksmd().check_invariants(copy.memory());
    }
    const results::RunResult result = run.finish();
    REQUIRE(result.host);
    const auto& last = result.samples.back().host;
    CHECK(last.oom_kills == static_cast<std::int64_t>(result.host->kills.size()));
    CHECK(result.host->guests.size() == result.guests.size());
    std::int64_t of_guests = 0;
    for (const auto& guest : result.host->guests) of_guests += guest.dropped_operations;
    CHECK(of_guests == last.dropped_operations);
    kills += last.oom_kills;
    swapped += last.swap_outs;
    dropped += last.dropped_operations;
  }
  // Seeds that never get into trouble would show nothing.
  CHECK(kills > 10);
  CHECK(swapped > 1000);
  CHECK(dropped > 100);
}

TEST_CASE("a copy of a run under pressure goes on to the same digest, and again from the start") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    INFO("seed " << seed);
    const RunOptions options = tight_host(seed);
    const Operations operations = RandomGuests(seed).make(120);
    Run run = begun(options, operations);
    REQUIRE(run.advance(ms(301)));
    Run copy = run;
    Run again = begun(options, operations);
    for (Run* r : {&run, &copy, &again}) REQUIRE(r->advance(kNever));
    const auto result = run.finish();
    CHECK(copy.finish() == result);
    CHECK(again.finish() == result);
  }
}

}  // namespace ksmsim::host
