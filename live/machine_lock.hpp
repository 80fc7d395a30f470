// KSM is one global state of a machine. Who steps it holds this lock meanwhile: flock on ksm.lock
// in the system's lock directory, made if it is not there.
#pragma once
#include "live/descriptor.hpp"
#include "sim/base/result.hpp"

namespace ksmsim::live {

enum class IfLocked { refuse, wait };

// The lock, held while the descriptor is open. If it is taken: an error at once, or waits for it
// (until a signal comes).
Result<Descriptor> lock_machine(IfLocked if_locked);

}  // namespace ksmsim::live
