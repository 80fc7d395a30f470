#include "models/sharing_fit.hpp"

#include <catch2/catch.hpp>

using namespace ksmsim::models;

namespace {

const std::vector<ContentKind> kKinds{{"groups", {5, 5}},
                                      {"fewer in the second", {5, 4}},
                                      {"in both", {1, 1}},
                                      {"first only", {1, 0}},
                                      {"second only", {0, 1}}};

}  // namespace

TEST_CASE("contents that made the counters are found again") {
  const std::vector<double> made{3000, 2000, 40'000, 70'000, 50'000};
  const auto found = fit_contents(
      kKinds, {stable_point(kKinds, made, {1, 0}), stable_point(kKinds, made, {1, 1})});
  REQUIRE(found.size() == made.size());
  for (std::size_t k = 0; k < made.size(); ++k) CHECK(found[k] == Approx(made[k]));
}

TEST_CASE("counters that no contents explain get the nearest, none of them negative") {
  // More pages sharing than groups of five can have.
  const StablePoint one{
      .guests = {1, 0}, .pages_shared = 10, .pages_sharing = 900, .pages_unshared = 5};
  for (double contents : fit_contents({{"groups", {5, 5}}, {"first", {1, 0}}}, {one})) {
    CHECK(contents >= 0);
  }
}

TEST_CASE("a content on m pages is one page shared and m - 1 sharing") {
  const StablePoint point = stable_point(kKinds, {1, 1, 1, 1, 1}, {1, 1});
  CHECK(point.pages_shared == 3);
  CHECK(point.pages_sharing == 9 + 8 + 1);
  CHECK(point.pages_unshared == 2);
}
