// The engine beside the dull model on random work from a seed, on the machine that the seed draws:
// every counter, the numbers of every address space, the copies made and all invariants after every
// step. What the engine says that it cannot do is a difference.
#pragma once
#include <cstdint>
#include <string>

namespace ksmsim::tests {

struct SwarmOutcome {
  std::uint64_t batches = 0;
  std::string difference;  // Empty if there is none; otherwise machine, step and both values.
};

// Carries out so many steps of the swarm of this seed.
SwarmOutcome compare_with_reference(std::uint64_t seed, int steps);

}  // namespace ksmsim::tests
