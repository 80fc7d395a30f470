// What tests of controllers need: a host as numbers, a controller by its name, and looks at the one
// by the other.
#pragma once
#include <catch2/catch.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/host/controllers/registry.hpp"

namespace ksmsim::tests {

inline constexpr std::int64_t kGib = 1024 * 1024;  // In kB.

// A host with so much RAM, of which so much is free, and one guest of which so much is resident.
inline host::HostView host_view(std::int64_t total_kb, std::int64_t free_kb,
                                std::int64_t committed_kb) {
  host::HostView view;
  view.total_kb = total_kb;
  view.free_kb = view.available_kb = free_kb;
  view.guests = {{.mm = MmId{0},
                  .name = "guest",
                  .size_kb = committed_kb,
                  .rss_kb = committed_kb,
                  .pss_kb = committed_kb}};
  return view;
}

inline std::unique_ptr<host::Controller> controller(
    const std::string& name, const host::controllers::GivenConstants& constants = {},
    const std::string& kernel = "6.18") {
  auto made = host::controllers::make_controller({name, constants}, **ksm::traits_of(kernel));
  if (!made) FAIL(made.error().text);
  return std::move(*made);
}

// Why a controller cannot be made; empty if it can.
inline std::string complaint(const std::string& name,
                             const host::controllers::GivenConstants& constants,
                             const std::string& kernel = "6.18") {
  const auto made = host::controllers::make_controller({name, constants}, **ksm::traits_of(kernel));
  return made ? "" : made.error().text;
}

// What it would write: "pages_to_scan=300 sleep_millisecs=10 run=1".
inline std::string written(const host::Decision& decision) {
  std::string text;
  for (const auto& [knob, value] : decision.knobs) {
    text += (text.empty() ? "" : " ") + knob + "=" + value;
  }
  return text;
}

// A look at the host after which the knobs of the view are as written, one interval later.
inline std::string look(host::Controller& controller, host::HostView& view) {
  const host::Decision decision = controller.decide(view);
  for (const auto& [knob, value] : decision.knobs) {
    REQUIRE(ksm::store(view.knobs, knob, value, ksm::newest_traits()) == ksm::WriteError::none);
  }
  view.now += controller.interval();
  return written(decision);
}

}  // namespace ksmsim::tests
