// CPU time of the real ksmd for whole passes over the pages of one process, a batch each.
#pragma once
#include <cstdint>
#include <functional>
#include <variant>
#include <vector>

#include "live/live_session.hpp"
#include "sim/input/operation.hpp"

namespace ksmsim::live {

struct PassesToTime {
  int passes = 1;
  // What page i holds before this pass (from 1), or nothing to leave the pages as they are. As many
  // numbers each time.
  std::function<std::vector<std::uint64_t>(int pass)> contents;
  std::uint64_t offset = 0;             // Where in a page its number stands; zeros around it.
  std::vector<input::SetKnob> knobs{};  // Beside those that stepping needs.
};

// Nanoseconds of each pass. Waits for the machine's lock.
std::variant<std::vector<std::uint64_t>, LiveFailure> time_passes(const PassesToTime& wanted);

}  // namespace ksmsim::live
