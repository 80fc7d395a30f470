// swarm FIRST SEEDS STEPS: the engine beside the dull model on SEEDS seeds from FIRST on, STEPS
// random steps each. Prints the number of batches, or the first difference (exit status 1).
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/host/swarm_comparison.hpp"

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: swarm FIRST SEEDS STEPS\n", stderr);
    return 2;
  }
  const std::uint64_t first = std::strtoull(argv[1], nullptr, 10);
  const std::uint64_t seeds = std::strtoull(argv[2], nullptr, 10);
  const auto steps = static_cast<int>(std::strtol(argv[3], nullptr, 10));
  std::uint64_t batches = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const auto outcome = ksmsim::tests::compare_with_reference(seed, steps);
    batches += outcome.batches;
    if (!outcome.difference.empty()) {
      std::printf("seed %llu, %s\n", static_cast<unsigned long long>(seed),
                  outcome.difference.c_str());
      return 1;
    }
  }
  std::printf("%llu batches, no difference\n", static_cast<unsigned long long>(batches));
  return 0;
}
