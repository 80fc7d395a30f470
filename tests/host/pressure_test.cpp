// What happens when memory runs short: caches, swap, waiting, the OOM killer.
#include "sim/host/pressure.hpp"

#include <catch2/catch.hpp>

#include "sim/host/oom.hpp"
#include "sim/host/run.hpp"
#include "tests/host/guests.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;

// A host of 40000 kB (10000 pages; reclaim begins below 1000 kB and ends at 1200), a visit of ksmd
// takes a millisecond.
RunOptions small_host() {
  RunOptions options = visits_of_1_ms();
  options.ram.total_kb = 40'000;
  options.ram.min_free_kb = 800;
  options.knobs = {{"run", "0"}};
  return options;
}

// A guest `mm` of so many pages, unequal, written at a time.
void add_guest(Operations& operations, std::uint32_t mm, std::uint64_t pages, Time at) {
  operations.at(at, begin(mm)).at(at, map(range(mm, 0, pages)));
  operations.at(at, write_unequal(range(mm, 0, pages), 1 + 100'000 * (mm + std::uint64_t{1})));
}

Run ran(const RunOptions& options, const Operations& operations) {
  Run run = std::move(Run::begin(options, operations.source()).value());
  REQUIRE(run.advance(options.until));
  return run;
}

std::int64_t present(const Run& run, std::uint32_t mm) {
  const auto held = run.memory_view();
  for (const auto& guest : held) {
    if (guest.name == "g" + std::to_string(mm)) return guest.rss_kb / 4;
  }
  return 0;
}

}  // namespace

TEST_CASE("the page cache goes before any guest's page") {
  RunOptions options = small_host();
  options.ram.cached_kb = 8000;
  options.ram.swap_kb = 40'000;
  Operations operations;
  add_guest(operations, 0, 8400, kStart);
  const Run run = ran(options, operations);
  const auto host = run.sample().host;
  CHECK(host.swap_outs == 0);
  CHECK(host.cached_kb < 8000);
  CHECK(host.free_kb >= watermarks(options.ram).low_kb);
  CHECK(host.stall_ns == 0);
}

TEST_CASE("what was not touched lately goes first, and what is touched again is spared") {
  RunOptions options = small_host();
  options.ram.swap_kb = 40'000;
  Operations operations;
  for (std::uint32_t mm = 0; mm < 3; ++mm) add_guest(operations, mm, 3000, ms(mm));
  // Pressure takes second chances away, then guests 0 and 2 touch their pages again.
  add_guest(operations, 3, 900, ms(10));
  operations.at(ms(20), input::Read{range(0, 0, 3000)}).at(ms(20), input::Read{range(2, 0, 3000)});
  const Run before = ran(options, operations);
  add_guest(operations, 4, 1000, ms(30));
  const Run after = ran(options, operations);
  CHECK(present(before, 1) - present(after, 1) > 900);
  CHECK(present(after, 0) + present(after, 2) + 600 > present(before, 0) + present(before, 2));
}

TEST_CASE("pages read back from swap cost their guest a wait, and only it") {
  RunOptions options = small_host();
  options.ram.swap_kb = 40'000;
  options.ram.swap_read = std::chrono::microseconds(100);
  Operations operations;
  add_guest(operations, 0, 100, kStart);
  add_guest(operations, 1, 100, kStart);
  operations.at(ms(10), input::SwapOut{range(0, 0, 50)});
  operations.at(ms(20), input::Read{range(0, 0, 100)});
  const Run run = ran(options, operations);
  const auto held = run.memory_view();
  CHECK(held[0].stall_ns == 50 * 100'000);
  CHECK(held[1].stall_ns == 0);
  CHECK(run.sample().host.stall_ns == 50 * 100'000);
  CHECK(run.sample().host.swap_ins == 50);
}

TEST_CASE("who wants memory while the device is slow waits until enough is written") {
  RunOptions options = small_host();
  options.ram.swap_kb = 40'000;
  options.host.swap_write = std::chrono::milliseconds(1);
  Operations operations;
  add_guest(operations, 0, 9000, kStart);
  const auto stall_after = [&](std::uint64_t more) {
    Operations all = operations;
    add_guest(all, 1, more, ms(1));
    const Run run = ran(options, all);
    CHECK(run.sample().host.free_kb >= 800);
    return run.sample().host.stall_ns / 1'000'000;
  };
  CHECK(stall_after(100) == 0);
  // 1500 pages more than there are: one a millisecond, from when the first went.
  const std::int64_t ms_waited = stall_after(2500);
  CHECK(ms_waited > 1300);
  CHECK(ms_waited < 2200);
}

TEST_CASE("KSM pages go to swap from all guests at once, and come back as copies") {
  RunOptions options = small_host();
  options.knobs = {{"run", "1"}, {"pages_to_scan", "10000"}};
  options.host.prices = {.visits = 1000};  // A nanosecond.
  options.ram.swap_kb = 80'000;
  options.until = ms(6000);
  Operations operations;
  for (std::uint32_t mm = 0; mm < 2; ++mm) {
    operations.at(kStart, begin(mm)).at(kStart, map(range(mm, 0, 1000)));
    operations.at(kStart, write_unequal(range(mm, 0, 1000), 1));
  }
  // Merged by now; then a guest that fills the host twice over.
  add_guest(operations, 2, 18'000, ms(3000));
  Run run = ran(options, operations);
  REQUIRE(run.machine().memory().totals().swap_slots > 8000);
  CHECK(present(run, 0) == 0);
  const auto& totals = run.machine().memory().totals();
  // 2000 sites of 1000 KSM pages took 1000 slots.
  CHECK(totals.swapped_sites - totals.swap_slots >= 900);
}

TEST_CASE("pages of a kernel whose KSM pages cannot be swapped stay") {
  RunOptions options = small_host();
  options.traits = ksm::traits_of("2.6.32").value();
  options.knobs = {{"run", "1"}, {"pages_to_scan", "10000"}};
  options.host.prices = {.visits = 1000};
  options.ram.swap_kb = 80'000;
  options.until = ms(6000);
  Operations operations;
  for (std::uint32_t mm = 0; mm < 2; ++mm) {
    operations.at(kStart, begin(mm)).at(kStart, map(range(mm, 0, 1000)));
    operations.at(kStart, write_unequal(range(mm, 0, 1000), 1));
  }
  add_guest(operations, 2, 18'000, ms(3000));
  const Run run = ran(options, operations);
  CHECK(run.sample().counters.pages_sharing == 1000);
  CHECK(present(run, 0) == 1000);
}

TEST_CASE("without swap the guest with most goes, merged pages counted in full") {
  RunOptions options = small_host();
  options.knobs = {{"run", "1"}, {"pages_to_scan", "20000"}};
  options.host.prices = {.visits = 1000};
  options.until = ms(6000);
  Operations operations;
  // Guest 0 has 8000 pages, all of one content; guest 1 has 3000 of its own.
  operations.at(kStart, begin(0)).at(kStart, map(range(0, 0, 8000)));
  operations.at(kStart, write_equal(range(0, 0, 8000), 7));
  add_guest(operations, 1, 3000, ms(2500));
  add_guest(operations, 2, 2000, ms(3000));
  operations.at(ms(3001), input::Map{range(2, 10'000, 6000), input::Mergeable::yes});
  operations.at(ms(3002), write_unequal(range(2, 10'000, 3900), 900'000));
  operations.at(ms(3003), write_unequal(range(2, 13'900, 1500), 990'000));
  operations.at(ms(3004), write_equal(range(0, 0, 10), 8));
  operations.at(ms(3005), fork(0, 3));
  operations.at(ms(3006), write_equal(range(3, 0, 10), 8));
  Run run = ran(options, operations);
  const auto result = run.finish();
  // Guest 0 goes first, although that frees next to nothing; so the next goes as well.
  REQUIRE(result.host->kills.size() == 2);
  CHECK(result.host->kills[0].guest == "g0");
  CHECK(result.host->kills[0].badness_pages > 8000);
  CHECK(result.host->kills[1].guest == "g2");
  CHECK(result.host->kills[1].at_ns == result.host->kills[0].at_ns);
  // Its three operations after that are dropped, the fork and the fork's among them.
  CHECK(result.host->guests[0].name == "g0");
  CHECK(result.host->guests[0].dropped_operations == 3);
  CHECK(result.host->guests.back().name == "g1");
}

TEST_CASE("badness is RSS, swap and page tables; of equals the last guest goes, once the first") {
  Operations operations;
  add_guest(operations, 0, 1000, kStart);
  add_guest(operations, 1, 1000, kStart);
  operations.at(ms(1), input::SwapOut{range(1, 0, 300)});
  const Run run = ran(small_host(), operations);
  CHECK(oom_badness(run.machine(), MmId{0}, 50) == 1000 + 2 + 50);
  CHECK(oom_badness(run.machine(), MmId{1}, 0) == 1000 + 2);  // In swap or not.
  CHECK(oom_victim(run.machine(), 0)->mm == MmId{1});
  RunOptions old = small_host();
  old.traits = *ksm::traits_of("4.19");
  CHECK(oom_victim(ran(old, operations).machine(), 0)->mm == MmId{0});
}

TEST_CASE("a guest that was killed does not begin again under its name") {
  RunOptions options = small_host();
  Operations operations;
  add_guest(operations, 0, 9000, kStart);
  add_guest(operations, 1, 3000, ms(1));
  operations.at(ms(2), input::Begin{MmId{2}, "g0"});
  operations.at(ms(2), map(range(2, 0, 10))).at(ms(2), write_unequal(range(2, 0, 10), 1));
  Run run = ran(options, operations);
  CHECK_FALSE(run.machine().memory().space(MmId{2}).living);
  CHECK(run.sample().host.dropped_operations == 3);
  CHECK(run.sample().host.oom_kills == 1);
}

TEST_CASE("unbounded RAM knows no pressure, whatever guests take") {
  RunOptions options = visits_of_1_ms();
  Operations operations;
  add_guest(operations, 0, 100'000, kStart);
  Run run = ran(options, operations);
  const auto result = run.finish();
  CHECK_FALSE(result.host);
  CHECK(result.samples.back().host == results::HostFigures{});
}

}  // namespace ksmsim::host
