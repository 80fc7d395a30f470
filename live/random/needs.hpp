// What a script needs of a machine beyond KSM itself, by the operations in it.
#pragma once
#include "live/random/abilities.hpp"
#include "traces/script.hpp"

namespace ksmsim::live::random {

Abilities needs_of(const traces::Script& script);

}  // namespace ksmsim::live::random
