// The program that turned knobs during a run, as it stood at the end: what of ksmd's pace is in its
// hands, and whom it does not see.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/fields.hpp"

namespace ksmsim::results {

// Who has a knob of ksmd's pace in hand.
enum class Hold : std::uint8_t {
  by_hand,   // Nobody: whoever writes to sysfs.
  constant,  // A constant of the controller bounds it.
  entry,     // The controller's entries name it.
  at_limit   // The controller, and it goes no further.
};
constexpr std::array<const char*, 4> words_of(Hold) {
  return {"by_hand", "constant", "entry", "at_limit"};
}

struct PaceHold {
  Hold hold = Hold::by_hand;
  std::string constant;  // Its name; the knob's in an entry.
  std::int64_t now = 0;  // The constant's value.
  bool operator==(const PaceHold&) const = default;
};

struct ControllerFacts {
  std::string name;  // Empty: there was none.
  PaceHold pages;    // Of pages_to_scan.
  PaceHold sleep;    // Of sleep_millisecs.
  // Guests that it does not count, if it would run KSM otherwise.
  std::vector<std::string> unseen_guests;
  bool operator==(const ControllerFacts&) const = default;
};

template <Of<PaceHold> T, class F>
void for_each_field(T& pace, F&& f) {
  auto& [hold, constant, now] = pace;
  f("hold", hold);
  f("constant", constant);
  f("now", now);
}

template <Of<ControllerFacts> T, class F>
void for_each_field(T& controller, F&& f) {
  auto& [name, pages, sleep, unseen_guests] = controller;
  f("name", name);
  f("pages", pages);
  f("sleep", sleep);
  f("unseen_guests", unseen_guests);
}

}  // namespace ksmsim::results
