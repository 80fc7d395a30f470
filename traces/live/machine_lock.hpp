// KSM is one global state of a machine. Who steps it holds this lock meanwhile: flock on ksm.lock
// in the system's lock directory, made if it is not there.
#pragma once
#include "sim/base/result.hpp"
#include "traces/live/descriptor.hpp"

namespace ksmsim::traces::live {

enum class IfLocked { refuse, wait };

// The lock, held while the descriptor is open. If it is taken: an error at once, or waits for it
// (until a signal comes).
Result<Descriptor> lock_machine(IfLocked if_locked);

}  // namespace ksmsim::traces::live
