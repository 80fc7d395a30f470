// Lockstep scripts (docs/lockstep.md): operations that a real kernel and the simulator can both
// carry out, one a line, with ksmd's wake-ups between them. A script is read and checked whole
// before anything of it is carried out; what is accepted here is what the runner on a real kernel
// accepts.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/input/operation.hpp"

namespace ksmsim::traces {

struct Step {
  enum class Kind : std::uint8_t {
    operation,     // `operation`
    set_if_there,  // `operation` is a SetKnob, left out if the kernel lacks the knob.
    wake,          // `count` wake-ups of ksmd, a row after each.
    row,           // A row now.
  };
  int line = 0;  // From 1.
  Kind kind = Kind::operation;
  input::Operation operation;
  std::uint64_t count = 0;  // Any number: 2^64 - 1 wake-ups are a legal script.
};

struct Script {
  std::vector<Step> steps;
};

// Page indices of scripts end here.
inline constexpr std::uint64_t kScriptPageEnd = std::uint64_t{1} << 32;

// Reads a script. Operations pass the OperationChecker in the order of the steps. Errors are
// "NAME:LINE: what".
Result<Script> parse_script(std::string_view text, const std::string& name);

}  // namespace ksmsim::traces
