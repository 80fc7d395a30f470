// Where RAM goes, and the watermarks.
#include "sim/host/ram.hpp"

#include <catch2/catch.hpp>

#include "sim/host/memory_view.hpp"
#include "sim/host/run.hpp"
#include "tests/host/guests.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;

constexpr std::int64_t kGib = 1024 * 1024;

RamOptions ram_of(std::int64_t total_kb) {
  RamOptions options;
  options.total_kb = total_kb;
  return options;
}

Machine machine_of(const Operations& operations) {
  Run run = std::move(Run::begin(visits_of_1_ms(), operations.source()).value());
  REQUIRE(run.advance(kNever));
  return run.machine();
}

}  // namespace

TEST_CASE("the lowest watermark is the root of 16 times RAM in kB, within bounds") {
  CHECK(watermarks(ram_of(16 * kGib)).min_kb == 16384);  // sqrt(16 * 2^24)
  CHECK(watermarks(ram_of(1000)).min_kb == 128);
  CHECK(watermarks(ram_of(std::int64_t{1} << 40)).min_kb == 262'144);
}

TEST_CASE("the others lie above it by a quarter, or a thousandth of RAM if that is more") {
  // 16 GiB: a thousandth is more.
  const Watermarks large = watermarks(ram_of(16 * kGib));
  CHECK(large.low_kb - large.min_kb == 16 * kGib / 10'000 * 10);
  CHECK(large.high_kb - large.low_kb == large.low_kb - large.min_kb);
  // 1 GiB: 4096 kB, of which a quarter.
  const Watermarks small = watermarks(ram_of(kGib));
  CHECK(small.min_kb == 4096);
  CHECK(small.low_kb == 4096 + 1040);
  RamOptions tuned = ram_of(kGib);
  tuned.min_free_kb = 100'000;
  tuned.watermark_scale_factor = 1000;
  CHECK(watermarks(tuned).min_kb == 100'000);
  CHECK(watermarks(tuned).low_kb == 100'000 + kGib / 10'000 * 1000);
}

TEST_CASE("khugepaged raises the lowest watermark, to the 67584 kB of many hosts") {
  RamOptions options = ram_of(16 * kGib);
  options.khugepaged.pages_to_scan = 4096;
  CHECK(watermarks(options).min_kb == 67'584);
  options.total_kb = kGib;
  CHECK(watermarks(options).min_kb == kGib / 20);
}

TEST_CASE("used, free, buffers and cache are all of RAM, and caches can be given back only once") {
  RamOptions options = ram_of(100'000);
  options.kernel_kb = 10'000;
  options.guest_overhead_kb = 700;
  options.cached_kb = 5000;
  options.buffers_kb = 300;
  options.zfs_arc.kb = 20'000;
  Ram ram(options);
  const Machine machine = machine_of(guest_of(100));
  // A guest of 100 pages, one page of its page table, KSM's records.
  const std::int64_t records = (machine.ksmd().metadata_bytes() + 1023) / 1024;
  CHECK(ram.used_kb(machine) == 10'000 + 700 + 20'000 + 101 * 4 + records);
  CHECK(ram.free_kb(machine) == 100'000 - ram.used_kb(machine) - 5300);
  const std::int64_t before = ram.free_kb(machine);
  CHECK(ram.give_back_caches(5100) == 5100);
  CHECK(ram.free_kb(machine) == before + 5100);
  CHECK(ram.give_back_caches(5100) == 200);
  CHECK(ram.give_back_caches(5100) == 0);
}

TEST_CASE("available is free memory above the reserves and half of small caches") {
  RamOptions options = ram_of(kGib);
  options.cached_kb = 6000;
  const Machine machine = machine_of(Operations{});
  results::HostFigures figures;
  Ram(options).show(machine, figures);
  const Watermarks marks = watermarks(options);
  CHECK(figures.available_kb == figures.free_kb - marks.high_kb + 3000);
  options.cached_kb = 600'000;
  Ram(options).show(machine, figures);
  CHECK(figures.available_kb == figures.free_kb - marks.high_kb + 600'000 - marks.low_kb);
}

TEST_CASE(
    "a guest's view: private and shared pages, PSS by mappings, zeros of the kernel in none") {
  Operations operations;
  for (std::uint32_t mm = 0; mm < 3; ++mm) {
    operations.at(kStart, begin(mm)).at(kStart, map(range(mm, 0, 100)));
    operations.at(kStart, write_equal(range(mm, 0, 1), 7));  // One KSM page of three.
  }
  operations.at(kStart, write_unequal(range(0, 1, 10), 100));
  operations.at(kStart, input::Read{range(0, 20, 5)});
  operations.at(ms(900), input::SwapOut{range(0, 1, 2)});
  const Machine machine = machine_of(operations);
  REQUIRE(machine.counters().pages_sharing == 2);
  const SpaceMemory held = memory_of(machine.memory(), MmId{0});
  CHECK(held.size_kb == 400);
  CHECK(held.private_kb == 32);
  CHECK(held.shared_kb == 4);
  CHECK(held.rss_kb() == 36);
  CHECK(held.swap_kb == 8);
  // 4096 << 12 / 3 a third of a page; the sum is rounded down: 32 + 1.33.
  CHECK(held.pss_kb == 33);
}

}  // namespace ksmsim::host
