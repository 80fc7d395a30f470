// How to make ksmd faster where a controller turns its knobs: by the controller's constants, since
// it writes over what anybody else writes.
#pragma once
#include <cstdint>
#include <string_view>

#include "sim/host/controller.hpp"
#include "sim/ksm/knobs.hpp"
#include "sim/results/controller_facts.hpp"

namespace ksmsim::host::controllers {

// Which constants of a controller bound the pace; empty: none does.
struct PaceConstants {
  std::string_view most_pages{};    // pages_to_scan at most.
  std::string_view least_pages{};   // The same where it begins, or at least.
  std::string_view sleep{};         // sleep_millisecs goes with it,
  std::string_view least_sleep{};   // but not below this,
  std::int64_t least_sleep_ms = 0;  // nor this.
  std::string_view entries{};       // Texts with KNOB=VALUE, instead of all these.
};

// Who has the knobs of ksmd's pace in hand, and which constant makes it faster.
struct Pace {
  results::PaceHold pages;  // pages_to_scan
  results::PaceHold sleep;  // sleep_millisecs
};

// Of the controller that the options describe (if any), while the knobs are these.
// REQUIRES: it can be made from them.
Pace faster(const ControllerOptions& options, const ksm::Knobs& knobs);

}  // namespace ksmsim::host::controllers
