#include "viz/event_text.hpp"

#include <fmt/core.h>

#include "viz/words.hpp"

namespace ksmsim::viz {
namespace {

std::string led_by(const std::string& by) { return by.empty() ? "" : by + ": "; }

// A text for each kind of event; one that has none does not compile.
struct EventWords {
  const ksm::Traits& kernel;

  std::string operator()(const results::KnobWritten& e) const {
    return fmt::format("{}{} = {}", led_by(e.by), e.knob, e.value);
  }
  std::string operator()(const results::KnobRefused& e) const {
    return "refused: " + refusal_text(e, kernel);
  }
  std::string operator()(const results::KnobLeftOut& e) const {
    return fmt::format("{} {} = {} is left out: set for the whole run",
                       e.by.empty() ? "the trace's" : e.by + "'s", e.knob, e.value);
  }
  std::string operator()(const results::GuestBegan& e) const {
    return fmt::format("guest {} begins", e.guest);
  }
  std::string operator()(const results::GuestLeftOut& e) const {
    return fmt::format("guest {} is left out: it was killed", e.guest);
  }
  std::string operator()(const results::GuestEnded& e) const {
    return fmt::format("guest {} ends", e.guest);
  }
  std::string operator()(const results::GuestKilled& e) const {
    return fmt::format(
        "out of memory: guest {} is killed, the largest by the kernel's badness ({} pages of RSS, "
        "swap and page tables); free {} kB of at least {} kB, swap free {} kB",
        e.guest, e.badness_pages, e.free_kb, e.min_kb, e.swap_free_kb);
  }
  std::string operator()(const results::NobodyToKill&) const {
    return "out of memory, and no guest to kill";
  }
  std::string operator()(const results::BalloonSet& e) const {
    return fmt::format("{}balloon of guest {} = {} kB", led_by(e.by), e.guest, e.balloon_kb);
  }
  std::string operator()(const results::SamplesThinned& e) const {
    return fmt::format("every second sample left out: there were {}", e.samples);
  }
  std::string operator()(const results::TraceDamaged& e) const {
    return fmt::format("the trace is damaged and was replayed as far as it is good, to {}: {}",
                       seconds_text(in_seconds(e.good_until_ns)), e.damage);
  }
};

}  // namespace

std::string refusal_text(const results::KnobRefused& refused, const ksm::Traits& kernel) {
  return led_by(refused.by) + ksm::explain(refused.error, refused.knob, refused.value, kernel);
}

std::string event_text(const results::Happening& what, const ksm::Traits& kernel) {
  return std::visit(EventWords{kernel}, what);
}

}  // namespace ksmsim::viz
