// The engine beside the dull model on random work from a seed: every counter after every step,
// the numbers of every address space and all invariants after every batch.
#pragma once
#include <cstdint>
#include <string>

namespace ksmsim::tests {

struct SwarmOutcome {
  std::uint64_t batches = 0;
  std::string difference;  // Empty if there is none; otherwise the step and both values.
};

// Carries out so many steps of the swarm of this seed.
SwarmOutcome compare_with_reference(std::uint64_t seed, int steps);

}  // namespace ksmsim::tests
