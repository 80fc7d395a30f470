// A swap device that takes its time: what is on its way there is in the swap cache meanwhile.
#include "sim/host/swap_device.hpp"

#include <catch2/catch.hpp>

#include "sim/host/run.hpp"
#include "tests/host/guests.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;

// Two equal pages of two guests, merged by 300 ms, out at 500 ms; pages take 100 ms to write.
struct Merged {
  Operations operations;
  RunOptions options = visits_of_1_ms();

  Merged() {
    options.host.swap_write = std::chrono::milliseconds(100);
    options.until = ms(2000);
    for (std::uint32_t mm = 0; mm < 2; ++mm) {
      operations.at(kStart, begin(mm)).at(kStart, map(range(mm, 0, 1)));
      operations.at(kStart, write_equal(range(mm, 0, 1), 7));
    }
    operations.at(ms(500), input::SwapAll{});
  }
  Run run() const { return std::move(Run::begin(options, operations.source()).value()); }
};

std::int64_t shared_at(Run& run, Time at) {
  REQUIRE(run.advance(at));
  return run.sample().counters.pages_shared;
}

}  // namespace

TEST_CASE("pages are written one after the other, in order") {
  SwapDevice device(std::chrono::milliseconds(10));
  CHECK(device.next_time() == kNever);
  CHECK(device.add(ms(5), {FrameId{9}, 1}));
  CHECK_FALSE(device.add(ms(6), {FrameId{8}, 2}));
  CHECK(device.next_time() == ms(15));
  CHECK(device.pop().frame == FrameId{9});
  CHECK(device.next_time() == ms(25));
  CHECK(device.pop().ticket == 2);
  CHECK(device.add(ms(100), {FrameId{7}, 3}));
  CHECK(device.next_time() == ms(110));
}

TEST_CASE("a KSM page on its way to swap keeps its stable node until it is written") {
  const Merged merged;
  Run run = merged.run();
  CHECK(shared_at(run, ms(400)) == 1);
  // In the swap cache until 600 ms; then stale, but nobody looks at it: both sites are gone, and
  // so are their items, which fall at the next meeting of their guests.
  REQUIRE(run.advance(ms(599)));
  CHECK(run.machine().memory().totals().frames == 0);
  CHECK(run.machine().memory().totals().swap_slots == 1);
}

TEST_CASE("who comes back before the page is written finds the KSM page, afterwards a page") {
  const auto merged_after = [](Time back) {
    Merged merged;
    merged.operations.at(back, input::Read{range(0, 0, 1)}).at(back, input::Read{range(1, 0, 1)});
    Run run = merged.run();
    REQUIRE(run.advance(back));
    const auto& totals = run.machine().memory().totals();
    return std::pair(totals.frames, totals.ksm_swpin_copy);
  };
  CHECK(merged_after(ms(550)) == std::pair<std::int64_t, std::int64_t>{1, 0});
  CHECK(merged_after(ms(700)) == std::pair<std::int64_t, std::int64_t>{2, 1});
}

TEST_CASE("a page that came back and left again is written anew") {
  Merged merged;
  merged.operations.at(ms(550), input::Read{range(0, 0, 1)});
  merged.operations.at(ms(580), input::SwapAll{});
  merged.operations.at(ms(650), input::Read{range(0, 0, 1)})
      .at(ms(650), input::Read{range(1, 0, 1)});
  Run run = merged.run();
  REQUIRE(run.advance(ms(650)));
  CHECK(run.machine().memory().totals().frames == 1);  // The write that began at 580 is not over.
  run.machine().memory().check_invariants();
}

TEST_CASE("a device of no time has written when the write returns") {
  Merged merged;
  merged.options.host.swap_write = {};
  merged.operations.at(ms(501), input::Read{range(0, 0, 1)});
  Run run = merged.run();
  REQUIRE(run.advance(ms(501)));
  CHECK_FALSE(run.machine().memory().is_ksm(SiteId{0}));
}

}  // namespace ksmsim::host
