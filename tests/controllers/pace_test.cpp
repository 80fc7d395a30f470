#include "sim/host/controllers/pace.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "sim/host/controllers/registry.hpp"

namespace ksmsim::host::controllers {
namespace {

using results::Hold;
using results::PaceHold;

ksm::Knobs knobs_at(std::uint32_t pages_to_scan, std::uint32_t sleep_millisecs) {
  ksm::Knobs knobs;
  knobs.pages_to_scan = pages_to_scan;
  knobs.sleep_millisecs = sleep_millisecs;
  return knobs;
}
ControllerOptions given(std::string name, GivenConstants constants = {}) {
  return {.name = std::move(name), .constants = std::move(constants)};
}

}  // namespace

TEST_CASE("at the most pages ksmd gets faster by that constant, below it by the least") {
  CHECK(faster(given("ksmtuned"), knobs_at(1250, 20)).pages ==
        (PaceHold{Hold::constant, "npages_max", 1250}));
  CHECK(faster(given("ksmtuned"), knobs_at(64, 20)).pages ==
        (PaceHold{Hold::constant, "npages_min", 64}));
  CHECK(faster(given("ksmtuned-proxmox", {{"KSM_NPAGES_MAX", "900"}}), knobs_at(900, 20)).pages ==
        (PaceHold{Hold::constant, "npages_max", 900}));
  CHECK(faster(given("mom"), knobs_at(1250, 20)).pages ==
        (PaceHold{Hold::constant, "ksm_npages_max", 1250}));
  CHECK(faster(given("kubevirt"), knobs_at(100, 20)).pages ==
        (PaceHold{Hold::constant, "npages_init", 100}));
}

TEST_CASE("a sleep that is as short as the controller makes it is not to be made shorter") {
  CHECK(faster(given("ksmtuned"), knobs_at(64, 11)).sleep ==
        (PaceHold{Hold::constant, "sleep_msec", 10}));
  CHECK(faster(given("ksmtuned"), knobs_at(64, 10)).sleep.hold == Hold::at_limit);
  CHECK(faster(given("mom"), knobs_at(64, 10)).sleep ==
        (PaceHold{Hold::constant, "ksm_sleep_ms_baseline", 10}));
  CHECK(faster(given("mom", {{"ksm_sleep_ms_min", "10"}}), knobs_at(64, 10)).sleep.hold ==
        Hold::at_limit);
}

TEST_CASE("who turns no knob of the pace, or once only, leaves it to others") {
  for (const char* name : {"", "fixed", "ksm-service", "advisor"}) {
    const Pace pace = faster(given(name), {});
    CHECK(pace.pages == PaceHold{});
    CHECK(pace.sleep == PaceHold{});
  }
  const Pace pace = faster(given("schedule", {{"at", "0:run=1, 60:pages_to_scan=500"}}), {});
  CHECK(pace.pages == (PaceHold{Hold::entry, "pages_to_scan", 0}));
  CHECK(pace.sleep == PaceHold{});
}

TEST_CASE("constants that bound the pace are in the controller's table") {
  for (const ControllerInfo& info : all_controllers()) {
    for (const std::string_view name :
         {info.pace.most_pages, info.pace.least_pages, info.pace.sleep, info.pace.least_sleep}) {
      INFO(info.name << " " << name);
      const bool there = std::any_of(info.constants.begin(), info.constants.end(),
                                     [name](const Constant& one) { return one.name == name; });
      CHECK((name.empty() || there));
    }
  }
}

}  // namespace ksmsim::host::controllers
