#include "sim/host/machine.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/host/guests.hpp"

namespace ksmsim::host {
namespace {

using namespace guests;
using Woken = Machine::Woken;

// A machine on which work costs nothing, with one mergeable guest of ten unequal pages.
struct Host {
  Machine machine{ksm::newest_traits(), cost::Meter({}, {}), {}};

  Host() {
    apply(begin(0));
    apply(map(range(0, 0, 10)));
    apply(write_unequal(range(0, 0, 10), 1));
    set("smart_scan", "0");
    set("run", "1");
  }
  Woken apply(const input::Operation& operation) {
    const auto woken = machine.apply(operation);
    REQUIRE(woken);
    return *woken;
  }
  std::string refused(const input::Operation& operation) {
    const auto result = machine.apply(operation);
    return result ? "" : result.error().text;
  }
  void set(const std::string& knob, const std::string& value) {
    REQUIRE(machine.write_knob({knob, value}, {}) == ksm::WriteError::none);
  }
  // Batches up to the end of a pass.
  void pass() {
    const auto passes = machine.ksmd().full_scans();
    while (machine.has_work() && machine.ksmd().full_scans() == passes) {
      machine.ksmd().begin_batch({});
      (void)machine.ksmd().scan(machine.memory(), kNever);
    }
    machine.ksmd().check_invariants(machine.memory());
  }
  bool registered(std::uint32_t mm) const { return machine.ksmd().registered(MmId{mm}); }
};

}  // namespace

TEST_CASE("what was seen elsewhere changes nothing here") {
  Host host;
  const input::PageRange r = range(0, 0, 2);
  CHECK(host.apply(input::SwapIn{r}) == Woken::no);
  CHECK(host.apply(input::Observe{r, input::Seen::merged}) == Woken::no);
  CHECK(host.apply(input::HostCounters{{{"pages_shared", 7}}}) == Woken::no);
  CHECK(host.machine.counters() == ksm::Counters{});
}

TEST_CASE("an exit frees memory at once; counters wait until ksmd gets there") {
  Host host;
  host.pass();
  host.pass();
  host.apply(end(0));
  CHECK(host.machine.memory().totals().frames == 0);
  CHECK(host.machine.counters().pages_unshared == 10);
  CHECK(host.registered(0));
  host.pass();
  CHECK(host.machine.counters().rmap_items == 0);
  CHECK_FALSE(host.registered(0));
  CHECK(host.machine.memory().space(MmId{0}).blocks.empty());
}

TEST_CASE("the exit of a guest that ksmd never met leaves nothing") {
  Host host;
  host.apply(begin(1));
  host.apply(map(range(1, 0, 10)));
  host.apply(write_equal(range(1, 0, 10), 1));
  REQUIRE(host.registered(1));
  host.apply(end(1));
  CHECK_FALSE(host.registered(1));
  CHECK(host.machine.memory().space(MmId{1}).blocks.empty());
  host.pass();
  CHECK(host.machine.counters().pages_scanned == 10);
}

TEST_CASE("only the first registration into an empty ring is work for a ksmd that waits") {
  Machine machine{ksm::newest_traits(), cost::Meter({}, {}), {}};
  const auto apply = [&](const input::Operation& o) { return machine.apply(o).value(); };
  CHECK(apply(begin(0)) == Woken::no);
  CHECK(apply(map(range(0, 0, 4), input::Mergeable::no)) == Woken::no);
  CHECK(apply(input::Advise{range(0, 0, 2), input::Mergeable::yes}) == Woken::yes);
  CHECK(apply(input::Advise{range(0, 2, 2), input::Mergeable::yes}) == Woken::no);
  CHECK(apply(begin(1)) == Woken::no);
  CHECK(apply(map(range(1, 0, 4))) == Woken::no);
  CHECK_FALSE(machine.has_work());  // run is 0.
}

TEST_CASE("a child is registered if its parent is, even if nothing of it is mergeable any more") {
  Host host;
  host.apply(input::Advise{range(0, 0, 10), input::Mergeable::no});
  host.apply(fork(0, 1));
  CHECK(host.registered(1));
  host.apply(begin(2));
  host.apply(map(range(2, 0, 4), input::Mergeable::no));
  host.apply(fork(2, 3));
  CHECK_FALSE(host.registered(3));
}

TEST_CASE("opted in, an address space whose slot was dropped registers again with a new region") {
  Host host;
  host.apply(begin(1));
  host.apply(map(range(1, 0, 4), input::Mergeable::no));
  host.apply(input::OptIn{MmId{1}, input::Switch::on});
  REQUIRE(host.registered(1));
  host.apply(input::Unmap{range(1, 0, 4)});
  host.pass();
  REQUIRE_FALSE(host.registered(1));
  // A second opt-in finds it opted in and does nothing.
  host.apply(input::OptIn{MmId{1}, input::Switch::on});
  CHECK_FALSE(host.registered(1));
  host.apply(map(range(1, 8, 4), input::Mergeable::no));
  CHECK(host.registered(1));
}

TEST_CASE("opting out unmerges at once and leaves the counters to ksmd") {
  Host host;
  host.apply(begin(1));
  host.apply(map(range(1, 0, 4), input::Mergeable::no));
  host.apply(write_equal(range(1, 0, 4), 1));
  host.apply(input::OptIn{MmId{1}, input::Switch::on});
  for (int i = 0; i < 3; ++i) host.pass();
  REQUIRE(host.machine.counters().pages_sharing == 4);
  host.apply(input::OptIn{MmId{1}, input::Switch::off});
  CHECK(host.machine.memory().totals().cow_ksm == 4);
  CHECK(host.machine.counters().pages_sharing == 4);
  host.pass();
  CHECK(host.machine.counters().pages_sharing == 0);
  CHECK_FALSE(host.registered(1));
}

TEST_CASE("knobs are not a guest's to write") {
  Host host;
  CHECK(host.refused(input::SetKnob{"run", "2"}) == "knob run is not a guest's to write");
}

TEST_CASE("a machine that is copied goes on by itself") {
  Host host;
  Machine copy = host.machine;
  for (int i = 0; i < 3; ++i) host.pass();
  CHECK(copy.counters() == ksm::Counters{});
  CHECK(copy.apply(end(0)));
  CHECK(host.machine.memory().totals().frames == 10);
  CHECK(copy.memory().totals().frames == 0);
}

}  // namespace ksmsim::host
