// The KSM of this machine, taken for a while and given back as it was, whatever happens in between.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>

#include "live/machine_lock.hpp"
#include "live/stepped_ksmd.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::live {

struct LiveFailure {
  enum class Kind : std::uint8_t {
    machine,  // The kernel, the machine, a process, a signal, or a function that was called.
    script,   // The kernel refuses a knob or its value.
    in_use,   // Something else is mergeable on this machine, or steps it.
  };
  Kind kind = Kind::machine;
  Error error;
};

using StepKsmd = std::function<std::optional<LiveFailure>(SteppedKsmd&)>;

// Takes KSM, calls `use` where every script begins (nothing merged, ksmd parked), and puts all
// knobs back; `use` has to leave no mergeable memory. Refuses, with nothing touched, where KSM
// holds pages of anybody. Returns what failed, if something did.
std::optional<LiveFailure> with_stepped_ksmd(IfLocked if_locked, const StepKsmd& use);

}  // namespace ksmsim::live
