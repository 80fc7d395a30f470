// What happened in a run, in words.
#pragma once
#include <string>

#include "sim/ksm/traits.hpp"
#include "sim/results/event.hpp"

namespace ksmsim::viz {

// One line, without its end. The kernel says what would have been right of a write that it refused.
std::string event_text(const results::Happening& what, const ksm::Traits& kernel);

// What the kernel would have refused, and what would have been right.
std::string refusal_text(const results::KnobRefused& refused, const ksm::Traits& kernel);

}  // namespace ksmsim::viz
