// ZFS's ARC gives way to guests that take memory slowly, and not to sudden ones.
#include "sim/host/zfs_arc.hpp"

#include <catch2/catch.hpp>

#include "sim/host/run.hpp"
#include "tests/host/guests.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;

constexpr std::int64_t kMib = 1024;
constexpr std::uint64_t kGuestPages = 3000;  // 12,000 kB, more than is free.

// A host of 40,000 kB, half of it ARC; ZFS wants 3,000 kB to be free. Reclaim begins below 1000 kB.
RunOptions host_with_arc() {
  RunOptions options = visits_of_1_ms();
  options.ram.total_kb = 40'000;
  options.ram.min_free_kb = 800;
  options.ram.kernel_kb = 12'000;
  options.ram.zfs_arc = {.kb = 20'000, .min_kb = 2'000, .sys_free_kb = 3'000};
  options.ram.swap_kb = 40'000;
  options.knobs = {{"run", "0"}};
  options.until = ms(40'000);
  return options;
}

// A guest that fills its memory in so many equal steps, one every half second.
Operations guest_in_steps(std::uint64_t steps) {
  Operations operations;
  operations.at(kStart, begin(0)).at(kStart, map(range(0, 0, kGuestPages)));
  const std::uint64_t pages = kGuestPages / steps;
  for (std::uint64_t i = 0; i < steps; ++i) {
    operations.at(ms(250 + 500 * static_cast<std::int64_t>(i)),
                  write_unequal(range(0, i * pages, pages), 1 + i * pages));
  }
  return operations;
}

results::RunResult ran(const RunOptions& options, const Operations& operations) {
  Run run = std::move(Run::begin(options, operations.source()).value());
  REQUIRE(run.advance(options.until));
  return run.finish();
}

}  // namespace

TEST_CASE("what OpenZFS keeps free on a host of 64,226 MiB leaves what arcstat showed there") {
  // OpenZFS pull request 15437: 4349 MiB were free, and arcstat's avail, which counts inactive
  // pages of the page cache (at most 385 MiB) beside them, was 2.1G.
  const std::int64_t spare_kb = 4349 * kMib - usual_arc_sys_free_kb(64'226 * kMib);
  CHECK(spare_kb * 100 < std::int64_t{215} * 1024 * kMib);
  CHECK((spare_kb + 385 * kMib) * 100 > std::int64_t{205} * 1024 * kMib);
  CHECK(usual_arc_min_kb(64'226 * kMib) == 64'226 * kMib / 32);
  CHECK(usual_arc_min_kb(512 * kMib) == 32 * kMib);
}

TEST_CASE("an ARC gives back what is missing and 1/128 of what it may lose, as fast as it can") {
  RamOptions ram = host_with_arc().ram;
  ZfsArc arc(ram);
  arc.look(3'000);
  CHECK(arc.size_kb() == 20'000);
  arc.look(2'000);
  CHECK(arc.size_kb() == 20'000 - 1'000 - 18'000 / 128);
  ram.zfs_arc.shrink_kb_per_s = 300;
  ZfsArc slow(ram);
  slow.look(-5'000);
  CHECK(slow.size_kb() == 20'000 - 300);
}

TEST_CASE("an ARC never falls below its least size, and one that is below it stays") {
  RamOptions ram = host_with_arc().ram;
  ZfsArc arc(ram);
  arc.look(-100'000);
  CHECK(arc.size_kb() == 2'000);
  CHECK_FALSE(arc.gives_way());
  ram.zfs_arc.kb = 1'000;
  ZfsArc small(ram);
  small.look(-100'000);
  CHECK(small.size_kb() == 1'000);
}

TEST_CASE("memory that a guest takes slowly comes out of the ARC, and nothing is swapped") {
  const results::RunResult result = ran(host_with_arc(), guest_in_steps(20));
  const auto& first = result.samples.front().host;
  const auto& last = result.samples.back().host;
  CHECK(result.host->zfs_arc_kb == 20'000);
  CHECK(first.zfs_arc_kb == 20'000);
  CHECK(last.swap_outs == 0);
  CHECK(last.stall_ns == 0);
  // Free before: 8,000 kB. The guest took 12,000, and 3,000 are to be free.
  CHECK(last.zfs_arc_kb <= 20'000 - 7'000);
  CHECK(last.zfs_arc_kb > 20'000 - 8'000);
  CHECK(last.free_kb >= 3'000);
  for (const results::Sample& sample : result.samples) {
    const auto& h = sample.host;
    REQUIRE(h.used_kb + h.free_kb + h.buffers_kb + h.cached_kb == 40'000);
  }
}

TEST_CASE("what a guest takes at once is swapped, and without swap the guest is killed") {
  RunOptions options = host_with_arc();
  CHECK(ran(options, guest_in_steps(1)).samples.back().host.swap_outs > 0);
  options.ram.swap_kb = 0;
  const results::RunResult killed = ran(options, guest_in_steps(1));
  REQUIRE(killed.host->kills.size() == 1);
  CHECK(killed.samples.back().host.zfs_arc_kb == 20'000);
  CHECK(ran(options, guest_in_steps(20)).host->kills.empty());
}

TEST_CASE("an ARC that gives back nothing makes slow guests swap as well") {
  RunOptions options = host_with_arc();
  options.ram.zfs_arc.shrink_kb_per_s = 0;
  const auto last = ran(options, guest_in_steps(20)).samples.back().host;
  CHECK(last.swap_outs > 0);
  CHECK(last.zfs_arc_kb == 20'000);
}

TEST_CASE("memory that is free again does not make the ARC grow") {
  Operations operations = guest_in_steps(20);
  operations.at(ms(20'000), end(0));
  const results::RunResult result = ran(host_with_arc(), operations);
  CHECK(result.samples.back().host.free_kb > 10'000);
  CHECK(result.samples.back().host.zfs_arc_kb <= 20'000 - 7'000);
}

}  // namespace ksmsim::host
