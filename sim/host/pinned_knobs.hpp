// Knobs that the options of a run set for the whole of it: the trace's and the controller's own
// writes to them are left out.
//
// A value.
#pragma once
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/input/operation.hpp"

namespace ksmsim::host {

class PinnedKnobs {
 public:
  explicit PinnedKnobs(std::vector<input::SetKnob> knobs) : knobs_(std::move(knobs)) {}

  bool contains(const std::string& knob) const {
    return std::any_of(knobs_.begin(), knobs_.end(),
                       [&](const input::SetKnob& k) { return k.knob == knob; });
  }
  // A controller's write to the knob is left out. Whether that has to be said: once for each knob,
  // since controllers write time and again.
  bool is_first_left_out(const std::string& knob) { return left_out_.insert(knob).second; }

 private:
  std::vector<input::SetKnob> knobs_;
  std::set<std::string> left_out_;
};

}  // namespace ksmsim::host
