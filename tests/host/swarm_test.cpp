#include <catch2/catch.hpp>

#include "tests/host/swarm_comparison.hpp"

using ksmsim::tests::compare_with_reference;

TEST_CASE("the engine equals the dull model after every step of 400 random seeds") {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    const auto outcome = compare_with_reference(seed, 200);
    INFO("seed " << seed);
    REQUIRE(outcome.difference == "");
  }
}
