// What ksmd pays for walks that can be long: of chains, and over absent pages.
#include <catch2/catch.hpp>
#include <string>

#include "sim/host/lockstep.hpp"
#include "sim/ksm/traits.hpp"
#include "tests/host/guests.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;
using std::chrono::seconds;

const ksm::Traits& kernel(const char* name) { return **ksm::traits_of(name); }

void set(Lockstep& lockstep, const char* knob, const char* value) {
  REQUIRE(lockstep.set({knob, value}) == ksm::WriteError::none);
}

// A guest whose pages are scanned in one batch a pass, at most `sharing` sites to a KSM page.
Lockstep guest(const ksm::Traits& traits, input::PageRange mapped, const char* sharing = "256") {
  Lockstep lockstep(traits);
  set(lockstep, "pages_to_scan", "2000000000");
  set(lockstep, "max_page_sharing", sharing);
  REQUIRE(lockstep.apply(begin(0)));
  REQUIRE(lockstep.apply(map(mapped)));
  return lockstep;
}

// What `passes` passes over so many equal pages cost, so many sites to a KSM page.
cost::Work work_of_equal_pages(const ksm::Traits& traits, std::uint64_t pages, int passes,
                               std::uint64_t sharing = 2) {
  Lockstep lockstep = guest(traits, range(0, 0, pages), std::to_string(sharing).c_str());
  REQUIRE(lockstep.apply(write_equal(range(0, 0, pages), 7)));
  set(lockstep, "run", "1");
  for (int pass = 2; pass <= passes; ++pass) lockstep.wake();
  CHECK(lockstep.counters().stable_node_dups == static_cast<std::int64_t>(pages / sharing));
  return lockstep.work();
}

// The pair that becomes copy d looks at the d copies there are in each of two searches and in the
// insertion; the first three searches meet no chain yet.
std::uint64_t looks(std::uint64_t copies) { return 3 * (copies * (copies - 1) / 2 - 1); }

// One page of a region of 32 TiB, and what a second pass over it costs.
constexpr std::uint64_t kPages = std::uint64_t{1} << 33;
cost::Work second_pass_over_a_page_in_32_tib(const ksm::Traits& traits) {
  Lockstep lockstep = guest(traits, range(0, 0, kPages));
  REQUIRE(lockstep.apply(write_equal(range(0, 0, 1), 7)));
  set(lockstep, "run", "1");
  const cost::Work before = lockstep.work();
  lockstep.wake();
  REQUIRE(lockstep.counters().full_scans == 2);
  cost::Work work;
  cost::for_each_unit(
      [&](const char*, auto unit) { work.*unit = lockstep.work().*unit - before.*unit; });
  return work;
}

Duration cpu(const cost::Work& work) {
  return Duration{static_cast<std::int64_t>(cost::price(work, cost::measured_prices()) / 1000)};
}

}  // namespace

TEST_CASE("a search pays for a look at each copy of a chain until one has room") {
  for (const char* name : {"4.19", "6.1", "6.18"}) {
    INFO(name);
    CHECK(work_of_equal_pages(kernel(name), 4, 2).chain_steps == 0);
    CHECK(work_of_equal_pages(kernel(name), 6, 2).chain_steps == looks(3));
    CHECK(work_of_equal_pages(kernel(name), 10, 2).chain_steps == looks(5));
  }
  // Pages that are merged still are not searched for.
  CHECK(work_of_equal_pages(kernel("6.18"), 10, 5).chain_steps == looks(5));
}

TEST_CASE("a hundred thousand full copies of one content take ksmd minutes") {
  const cost::Work work = work_of_equal_pages(kernel("6.18"), 200'000, 2);
  CHECK(work.chain_steps == looks(100'000));
  CHECK(cpu(work) > seconds(600));
}

TEST_CASE("a search that finds room in the first copy does not pay for those behind") {
  for (const std::uint64_t copies : {2U, 3U, 20U}) {
    // The last three sharers of five join the newest copy, which stands in front.
    const std::uint64_t joins = 3 * (copies - 1);
    CHECK(work_of_equal_pages(kernel("6.18"), 5 * copies, 2, 5).chain_steps ==
          looks(copies) + joins);
  }
}

TEST_CASE("kernels that look absent pages up one by one take more than an hour for 32 TiB") {
  for (const char* name : {"2.6.32", "3.13", "4.19", "5.8", "6.1", "6.8", "6.16.12", "6.17.8"}) {
    INFO(name);
    if (kernel(name).has_chains()) {
      const cost::Work work = second_pass_over_a_page_in_32_tib(kernel(name));
      CHECK(work.lookups == kPages - 1);
      CHECK(work.walked == 0);
      CHECK(cpu(work) > seconds(3600));
    }
    CHECK(kernel(name).absent_ranges == ksm::AbsentRanges::looked_up);
  }
}

TEST_CASE("kernels that jump over absent pages take almost nothing for 32 TiB") {
  for (const char* name : {"6.1.192", "6.12", "6.17.13", "6.18"}) {
    INFO(name);
    const cost::Work work = second_pass_over_a_page_in_32_tib(kernel(name));
    CHECK(work.lookups == 0);
    CHECK(work.walked == 511 + 511 + 511 + 63);  // Entries of page tables of four levels.
    CHECK(cpu(work) < std::chrono::microseconds(100));
  }
}

TEST_CASE("a region that never had a page is stepped over whole") {
  for (const char* name : {"6.1", "6.18"}) {
    Lockstep lockstep = guest(kernel(name), range(0, 0, kPages));
    set(lockstep, "run", "1");
    lockstep.wake();
    CHECK(lockstep.counters().full_scans == 2);
    CHECK(lockstep.work().lookups == 0);
    CHECK(lockstep.work().walked == 0);
  }
}

TEST_CASE("what ksmd meets behind a hole of an hour is what is there an hour later") {
  RunOptions options;
  options.traits = &kernel("6.1");
  options.host.prices = {.visits = 1'000'000, .lookups = 1'000'000};  // Of 1000 pages: 1 ms.
  options.knobs = {{"run", "1"}, {"pages_to_scan", "100"}, {"sleep_millisecs", "1000000"}};
  options.end_at = EndAt::time;
  constexpr std::uint64_t kHole = 3'600'000'000;
  options.until = kStart + seconds(3800);
  options.sample_interval = seconds(1000);
  Operations operations;
  operations.at(kStart, begin(0))
      .at(kStart, map(range(0, 0, kHole + 2)))
      .at(kStart, write_unequal(range(0, 0, 1), 1))
      .at(kStart, write_unequal(range(0, kHole + 1, 1), 2))
      .at(ms(1'800'000), input::Unmap{range(0, kHole + 1, 1)});
  auto run = Run::begin(options, operations.source());
  REQUIRE(run);
  REQUIRE(run->advance(ms(3'500'000)));
  CHECK(run->sample().passes == 0);
  CHECK(run->sample().counters.pages_scanned == 1);
  REQUIRE(run->advance(ms(3'700'000)));
  CHECK(run->sample().passes == 1);
  CHECK(run->sample().counters.pages_scanned == 1);
  CHECK(run->sample().ksmd_cpu_ns > 3'600'000'000'000);
}

}  // namespace ksmsim::host
