// What the host does to guests: balloons, huge pages, NUMA, controllers.
#include "sim/host/guest_control.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "sim/host/run.hpp"
#include "sim/input/parts.hpp"
#include "tests/host/guests.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;

Machine machine_of(const Operations& operations) {
  Run run = std::move(Run::begin(visits_of_1_ms(), operations.source()).value());
  REQUIRE(run.advance(kNever));
  return run.machine();
}

// How often this happened.
std::int64_t times(const results::RunResult& result, const results::Happening& what) {
  return std::count_if(result.events.begin(), result.events.end(),
                       [&what](const results::Event& event) { return event.what == what; });
}

bool memory_has(const Machine& machine, std::uint64_t page) {
  const auto site = machine.memory().find_site(MmId{0}, PageIndex{page});
  return site && machine.memory().has_page(*site);
}

// 100 pages: 10 absent, 10 of zeros, 10 of a class called free, 70 others.
Machine mixed_guest() {
  Operations operations;
  operations.at(kStart, begin(0)).at(kStart, map(range(0, 0, 100)));
  operations.at(kStart, write_unequal(range(0, 0, 70), 1));
  input::Write zeros = write_equal(range(0, 70, 10), 0);
  input::Write free = write_unequal(range(0, 80, 10), 500);
  free.page_class = ClassId{1};
  operations.at(kStart, zeros).at(kStart, free);
  operations.knob(kStart, "run", "0");
  return machine_of(operations);
}

}  // namespace

TEST_CASE("a balloon takes what is absent, then zeros, then free pages, then the end of memory") {
  Machine machine = mixed_guest();
  GuestControl control({"heap", "free"});
  const auto frames_with = [&](std::int64_t pages) {
    control.set_balloon(machine, MmId{0}, pages);
    CHECK(control.balloon_pages(machine, MmId{0}) == pages);
    return machine.memory().totals().frames;
  };
  CHECK(frames_with(10) == 90);  // No gain.
  CHECK(frames_with(20) == 80);
  CHECK(memory_has(machine, 80));
  CHECK(frames_with(30) == 70);
  CHECK(frames_with(35) == 65);
  CHECK_FALSE(memory_has(machine, 69));
  CHECK(memory_has(machine, 64));
  machine.memory().check_invariants();
}

TEST_CASE("what a balloon gives back takes memory when it is written, and that is its doing") {
  Machine machine = mixed_guest();
  GuestControl control({});
  control.set_balloon(machine, MmId{0}, 30);
  const std::int64_t frames = machine.memory().totals().frames;
  control.set_balloon(machine, MmId{0}, 5);
  CHECK(machine.memory().totals().frames == frames);
  CHECK(control.balloon_pages(machine, MmId{0}) == 5);
  CHECK(control.takes_from_balloon(write_equal(range(0, 60, 40), 1)));
  CHECK_FALSE(control.takes_from_balloon(write_equal(range(0, 60, 40), 2)));
}

TEST_CASE("a guest that writes to a page of its balloon has taken it back") {
  Machine machine = mixed_guest();
  GuestControl control({});
  control.set_balloon(machine, MmId{0}, 10);
  REQUIRE(machine.apply(write_equal(range(0, 90, 4), 3)));
  CHECK(control.balloon_pages(machine, MmId{0}) == 6);
  control.set_balloon(machine, MmId{0}, 12);
  CHECK(control.balloon_pages(machine, MmId{0}) == 12);
}

TEST_CASE("parts of an operation do what the whole does") {
  const input::Write whole{range(0, 500, 1200), {.first = 3, .period = 7, .each = {}}, ClassId{2}};
  input::Parts parts(whole);
  std::uint64_t done = 0;
  int count = 0;
  while (const auto part = parts.next()) {
    const auto& write = std::get<input::Write>(*part);
    REQUIRE(write.range.start == PageIndex{500 + done});
    REQUIRE(write.page_class == ClassId{2});
    for (std::uint64_t i = 0; i < write.range.count.value; ++i) {
      REQUIRE(write.contents.of(i) == whole.contents.of(done + i));
    }
    done += write.range.count.value;
    ++count;
  }
  CHECK(done == 1200);
  CHECK(count == 4);  // 12, 512, 512, 164.
  input::Parts one(input::End{MmId{3}});
  CHECK(std::get<input::End>(*one.next()) == input::End{MmId{3}});
  CHECK_FALSE(one.next());
}

TEST_CASE("khugepaged walks on over so many pages at a wake-up and rebuilds what merging split") {
  RunOptions options = visits_of_1_ms();
  options.ram.khugepaged = {.pages_to_scan = 512, .scan_sleep = std::chrono::milliseconds(100)};
  options.knobs = {{"run", "0"}};
  options.until = ms(350);
  Operations operations = guest_of(2048);
  Run run = std::move(Run::begin(options, operations.source()).value());
  REQUIRE(run.advance(options.until));
  CHECK(run.sample().host.huge_rebuilt == 3);
  CHECK(run.sample().host.huge_pages == 3);

  options.knobs = {{"run", "1"}, {"pages_to_scan", "4096"}};
  options.host.prices = {.visits = 1000};
  options.until = ms(2000);
  Operations equal = guest_of(2048);
  equal.at(ms(450), write_equal(range(0, 0, 512), 7));
  equal.knob(ms(1500), "run", "2");
  Run merging = std::move(Run::begin(options, equal.source()).value());
  REQUIRE(merging.advance(ms(1400)));
  const auto split = merging.sample().host;
  CHECK(split.huge_split_by_merging >= 1);
  CHECK(split.huge_split_otherwise == 0);
}

TEST_CASE("reads of merged pages are local on the guest's own node and remote on others") {
  RunOptions options = visits_of_1_ms();
  options.ram.numa_nodes = 2;
  Operations operations;
  for (std::uint32_t mm = 0; mm < 2; ++mm) {
    operations.at(kStart, begin(mm)).at(kStart, map(range(mm, 0, 4)));
    operations.at(kStart, input::SetNode{range(mm, 0, 4), NumaNode{static_cast<std::uint8_t>(mm)}});
    operations.at(kStart, write_equal(range(mm, 0, 3), 7));
    operations.at(kStart, write_unequal(range(mm, 3, 1), 100 + mm));
  }
  operations.at(ms(900), input::Read{range(0, 0, 4), 5}).at(ms(900), input::Read{range(1, 0, 4)});
  Run run = std::move(Run::begin(options, operations.source()).value());
  REQUIRE(run.advance(kNever));
  const auto host = run.sample().host;
  // All six sites map one page, on one node.
  CHECK(host.local_reads + host.remote_reads == 3 * 5 + 3);
  CHECK((host.local_reads == 15 || host.local_reads == 3));
}

TEST_CASE("a controller turns knobs at its interval, and a knob of the options is left alone") {
  RunOptions options = visits_of_1_ms();
  options.ram.total_kb = 1'000'000;
  options.ram.kernel_kb = 900'000;  // Little is free.
  options.controller = {"ksmtuned", {{"monitor_interval", "10"}, {"retune", "0"}}};
  options.until = kStart + std::chrono::seconds(25);
  options.knobs = {{"sleep_millisecs", "33"}};
  Run run = std::move(Run::begin(options, guest_of(10).source()).value());
  REQUIRE(run.advance(ms(9999)));
  CHECK(run.machine().ksmd().knobs().run == ksm::RunMode::stop);
  REQUIRE(run.advance(ms(10'000)));
  CHECK(run.machine().ksmd().knobs().run == ksm::RunMode::merge);
  CHECK(run.machine().ksmd().knobs().pages_to_scan == 300);
  REQUIRE(run.advance(options.until));
  CHECK(run.machine().ksmd().knobs().pages_to_scan == 600);
  CHECK(run.machine().ksmd().knobs().sleep_millisecs == 33);
  const auto result = run.finish();
  CHECK(times(result, results::KnobWritten{"ksmtuned", "run", "1"}) == 1);
  CHECK(times(result, results::KnobWritten{"ksmtuned", "pages_to_scan", "300"}) == 1);
  CHECK(std::count_if(result.events.begin(), result.events.end(), [](const auto& event) {
          return std::holds_alternative<results::KnobLeftOut>(event.what);
        }) == 1);
  CHECK(result.controller.name == "ksmtuned");
  CHECK(result.controller.pages.hold == results::Hold::constant);
  CHECK(result.controller.unseen_guests.empty());
}

TEST_CASE("a controller that is told of guests looks when they come, and counts on from there") {
  RunOptions options = visits_of_1_ms();
  options.ram.total_kb = 1'000'000;
  options.ram.kernel_kb = 900'000;
  options.controller = {"ksmtuned", {{"monitor_interval", "10"}}};
  options.until = kStart + std::chrono::seconds(30);
  Operations operations;
  operations.at(ms(4000), begin(0));
  Run run = std::move(Run::begin(options, operations.source()).value());
  REQUIRE(run.advance(ms(4000)));
  CHECK(run.machine().ksmd().knobs().pages_to_scan == 300);
  REQUIRE(run.advance(ms(13'999)));
  CHECK(run.machine().ksmd().knobs().pages_to_scan == 300);
  REQUIRE(run.advance(ms(14'000)));
  CHECK(run.machine().ksmd().knobs().pages_to_scan == 600);
}

TEST_CASE("a controller without the host's RAM is an error in one line") {
  RunOptions options;
  options.controller.name = "ksmtuned";
  const auto run = Run::begin(options, guest_of(1).source());
  REQUIRE_FALSE(run);
  CHECK(run.error().text ==
        "controller ksmtuned looks at the host's memory: how much RAM it has ([host] ram_mib) has "
        "to be given");
}

TEST_CASE("2.6.32 lets a quarter of RAM become KSM pages, unless told otherwise") {
  RunOptions options;
  options.traits = *ksm::traits_of("2.6.32");
  options.ram.total_kb = 1024 * 1024;
  const auto limit = [](const RunOptions& of) {
    const Run run = std::move(Run::begin(of, guest_of(1).source()).value());
    return run.machine().ksmd().knobs().max_kernel_pages;
  };
  CHECK(limit(options) == 65'536);
  options.knobs = {{"max_kernel_pages", "2000"}};
  CHECK(limit(options) == 2000);
}

}  // namespace ksmsim::host
