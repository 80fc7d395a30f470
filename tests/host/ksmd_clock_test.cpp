// When ksmd works, with nothing around it but a machine.
#include "sim/host/ksmd_clock.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/host/guests.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;

// ksmd with a guest of unequal pages, a millisecond a visit, ticks of 4 ms, naps of 20 ms.
struct Ksmd {
  explicit Ksmd(std::uint64_t pages, const char* kernel = "6.18")
      : machine(**ksm::traits_of(kernel), cost::Meter({.visits = 1'000'000'000}, {}), {}) {
    set("run", "1");
    REQUIRE(machine.apply(begin(0)));
    REQUIRE(machine.apply(map(range(0, 0, pages))));
    REQUIRE(machine.apply(write_unequal(range(0, 0, pages), 1)));
  }
  void set(const std::string& knob, const std::string& value) {
    const std::uint32_t sleep = machine.ksmd().knobs().sleep_millisecs;
    REQUIRE(machine.write_knob({knob, value}, clock.batch_clock(timeline.now())) ==
            ksm::WriteError::none);
    clock.heed_knob(knob, sleep, machine, timeline.now());
  }
  void whole_batch() {
    REQUIRE(clock.scan(machine, kNever) != KsmdClock::Scanned::until_then);
    clock.schedule_batch_end(machine, timeline);
  }
  // Carries out the next event, which has to be this one.
  void next(What what) {
    const Scheduled event = timeline.next();
    REQUIRE(event.what == what);
    if (what == What::wake_up) return clock.wake_from(event.number, machine, timeline.now());
    clock.end_batch(machine);
    clock.fall_asleep(machine, timeline);
  }

  Machine machine;
  Timeline timeline;
  KsmdClock clock{ksm::Ticks{}};
};

}  // namespace

TEST_CASE("ksmd waits for work, works, ends its batch, naps and works again") {
  Ksmd k(500);
  CHECK(k.clock.is_idle(k.machine));
  k.clock.wake_if_work(k.machine, kStart);
  REQUIRE(k.clock.works());
  CHECK_FALSE(k.clock.is_idle(k.machine));
  k.whole_batch();
  CHECK_FALSE(k.clock.works());
  CHECK(k.clock.in_batch());
  k.next(What::batch_end);
  CHECK(k.timeline.now() == ms(100));
  CHECK_FALSE(k.clock.in_batch());
  CHECK(k.clock.cpu(k.machine, k.timeline.now()) == std::chrono::milliseconds(100));
  k.next(What::wake_up);
  CHECK(k.timeline.now() == ms(124));
  CHECK(k.clock.works());
}

TEST_CASE("scanning stops where it is told to, and its CPU time is what has passed of it") {
  Ksmd k(500);
  k.clock.wake(k.machine, kStart);
  CHECK(k.clock.scan(k.machine, ms(40)) == KsmdClock::Scanned::until_then);
  CHECK(k.machine.counters().pages_scanned == 40);
  CHECK(k.clock.works());
  CHECK(k.clock.cpu(k.machine, ms(40)) == std::chrono::milliseconds(40));
}

TEST_CASE("a pass is counted when its last page was visited, and run 2 does not take it back") {
  Ksmd k(50);
  k.clock.wake(k.machine, kStart);
  CHECK(k.clock.scan(k.machine, kNever) == KsmdClock::Scanned::whole_pass);
  k.clock.schedule_batch_end(k.machine, k.timeline);
  k.next(What::batch_end);
  k.set("run", "2");
  CHECK(k.machine.ksmd().full_scans() == 0);
  CHECK(k.clock.passes() == 1);
}

TEST_CASE("knobs that change between batches wait for the end of a batch, and others do not") {
  Ksmd k(500);
  CHECK_FALSE(k.clock.defers("run"));
  k.clock.wake(k.machine, kStart);
  for (const bool over : {false, true}) {
    INFO("all pages of the batch visited: " << over);
    CHECK(k.clock.in_batch());
    CHECK(k.clock.defers("run"));
    CHECK(k.clock.defers("merge_across_nodes"));
    CHECK(k.clock.defers("max_page_sharing"));
    CHECK_FALSE(k.clock.defers("pages_to_scan"));
    CHECK_FALSE(k.clock.defers("sleep_millisecs"));
    if (!over) k.whole_batch();
  }
  k.next(What::batch_end);
  CHECK_FALSE(k.clock.defers("run"));
}

TEST_CASE("every knob waits behind one that waits, and they are taken in order") {
  Ksmd k(500);
  k.clock.wake(k.machine, kStart);
  k.clock.defer({{"run", "0"}, ""});
  CHECK(k.clock.defers("pages_to_scan"));
  k.clock.defer({{"pages_to_scan", "7"}, "ksmtuned"});
  const auto first = k.clock.take_deferred();
  REQUIRE(first);
  CHECK(first->op.knob == "run");
  CHECK(k.clock.has_deferred());
  const auto second = k.clock.take_deferred();
  REQUIRE(second);
  CHECK(second->op.value == "7");
  CHECK(second->by == "ksmtuned");
  CHECK_FALSE(k.clock.take_deferred());
  CHECK_FALSE(k.clock.defers("pages_to_scan"));
}

TEST_CASE("a wake-up of a nap that was cut short wakes nobody") {
  Ksmd k(500);
  k.clock.wake(k.machine, kStart);
  k.whole_batch();
  k.next(What::batch_end);
  k.set("sleep_millisecs", "100");  // Ends the nap: the next batch begins now.
  REQUIRE(k.clock.works());
  k.whole_batch();
  k.next(What::wake_up);  // Of the nap before.
  CHECK(k.timeline.now() == ms(124));
  CHECK_FALSE(k.clock.works());
  k.next(What::batch_end);
  CHECK(k.timeline.now() == ms(200));
  k.next(What::wake_up);
  CHECK(k.timeline.now() == ms(304));
  CHECK(k.clock.works());
}

TEST_CASE("before 5.0 another sleep does not end a nap") {
  Ksmd k(500, "4.19");
  k.clock.wake(k.machine, kStart);
  k.whole_batch();
  k.next(What::batch_end);
  k.set("sleep_millisecs", "100");
  CHECK_FALSE(k.clock.works());
}

TEST_CASE("a batch that costs nothing takes a nanosecond, so that time goes on") {
  Ksmd k(500);
  k.machine = Machine(**ksm::traits_of("6.18"), cost::Meter({}, {}), {});
  k.set("run", "1");
  REQUIRE(k.machine.apply(begin(0)));
  REQUIRE(k.machine.apply(map(range(0, 0, 1))));
  k.clock.wake(k.machine, kStart);
  k.whole_batch();
  CHECK(k.timeline.next_time() == kStart + Duration{1});
}

TEST_CASE("a ksmd that scans nothing, or sleeps for ever, is idle") {
  for (const auto& [knob, value] :
       {std::pair("pages_to_scan", "0"), std::pair("sleep_millisecs", "4294967295")}) {
    INFO(knob);
    Ksmd k(500);
    k.set(knob, value);
    k.clock.wake(k.machine, kStart);
    k.whole_batch();
    CHECK_FALSE(k.clock.is_idle(k.machine));
    k.next(What::batch_end);
    CHECK(k.clock.is_idle(k.machine));
  }
}

}  // namespace ksmsim::host
