#include "models/zipf.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace ksmsim;
using namespace ksmsim::models;

TEST_CASE("an inverse power in whole numbers is that of floating point") {
  for (const std::uint64_t exponent : {0u, 300'000u, 500'000u, 800'000u, 1'000'000u, 2'000'000u}) {
    for (const std::uint64_t number : {1u, 2u, 3u, 7u, 64u, 1000u, 65'535u, 1'000'000u}) {
      const double exact =
          std::pow(2.0, 36) / std::pow(double(number), double(exponent) / 1'000'000);
      INFO(number << "^-" << exponent);
      const auto close = Approx(exact).epsilon(1e-6).margin(1);
      CHECK(double(inverse_power(number, exponent)) == close);
    }
  }
}

TEST_CASE("inverse powers are the same numbers on every machine") {
  CHECK(inverse_power(1, 800'000) == std::uint64_t{1} << 36);
  CHECK(inverse_power(2, 1'000'000) == std::uint64_t{1} << 35);
  CHECK(inverse_power(3, 800'000) == 28'535'325'984);
  CHECK(inverse_power(1000, 800'000) == 273'577'163);
  CHECK(inverse_power(1'000'000, 1'200'000) == 4335);
  CHECK(inverse_power(4'000'000'000, 4'000'000) == 1);
}

TEST_CASE("Zipf's ranks are drawn as often as their weights say") {
  constexpr std::uint64_t kRanks = 20'000;
  const Zipf zipf(kRanks, 800'000);
  double sum = 0, below_100 = 0, below_5000 = 0;
  for (std::uint64_t rank = 0; rank < kRanks; ++rank) {
    const double weight = std::pow(double(rank + 1), -0.8);
    sum += weight;
    below_100 += rank < 100 ? weight : 0;
    below_5000 += rank < 5000 ? weight : 0;
  }
  CHECK(double(zipf.part_below_ppm(100)) / 1e6 == Approx(below_100 / sum).epsilon(0.002));
  CHECK(double(zipf.part_below_ppm(5000)) / 1e6 == Approx(below_5000 / sum).epsilon(0.002));
  CHECK(zipf.part_below_ppm(0) == 0);
  CHECK(zipf.part_below_ppm(kRanks) == 1'000'000);

  RandomStream random(1, "zipf");
  constexpr int kDraws = 200'000;
  int low = 0, middle = 0;
  for (int i = 0; i < kDraws; ++i) {
    const std::uint64_t rank = zipf.draw(random);
    REQUIRE(rank < kRanks);
    low += rank < 100 ? 1 : 0;
    middle += rank < 5000 ? 1 : 0;
  }
  // Six standard deviations.
  CHECK(double(low) / kDraws == Approx(below_100 / sum).margin(0.0068));
  CHECK(double(middle) / kDraws == Approx(below_5000 / sum).margin(0.0068));
}

TEST_CASE("Zipf's draws are the same numbers on every machine") {
  const Zipf zipf(1'000'000, 800'000);
  RandomStream random(7, "zipf");
  std::uint64_t sum = 0;
  for (int i = 0; i < 1000; ++i) sum = sum * 3 + zipf.draw(random);
  CHECK(sum == 4'686'419'385'660'266'207u);
}

TEST_CASE("an exponent of 0 makes all ranks alike") {
  const Zipf zipf(1000, 0);
  CHECK(zipf.part_below_ppm(10) == 10'000);
  CHECK(zipf.part_below_ppm(500) == 500'000);
}
