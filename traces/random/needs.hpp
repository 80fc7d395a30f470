// What a script needs of a machine beyond KSM itself, by the operations in it.
#pragma once
#include "traces/random/abilities.hpp"
#include "traces/script.hpp"

namespace ksmsim::traces::random {

Abilities needs_of(const Script& script);

}  // namespace ksmsim::traces::random
