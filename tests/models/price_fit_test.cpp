#include "models/price_fit.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/cost/prices.hpp"

namespace ksmsim::models {
namespace {

// Prices as a kernel might have them, some of them nothing.
cost::Prices known_prices() {
  cost::Prices prices;
  std::uint64_t next = 0;
  cost::for_each_unit([&](const char*, auto unit) { prices.*unit = (next++ % 5) * 12'345; });
  return prices;
}

// Measurements of random work that costs exactly the known prices.
std::vector<Measured> exact_measurements(std::size_t count) {
  RandomStream random(3, "measurements");
  std::vector<Measured> measured;
  for (std::size_t i = 0; i < count; ++i) {
    Measured m;
    m.group = i % 3 == 0 ? "a" : "b";
    m.walks_chains = i % 4 == 0;
    cost::for_each_unit([&](const char*, auto unit) {
      const bool of_chains = unit == &cost::Units::chain_steps;
      if (m.walks_chains || !of_chains) m.work.*unit = random.below(100'000);
    });
    m.cpu_ns = static_cast<double>(cost::price(m.work, known_prices())) / 1000;
    measured.push_back(m);
  }
  return measured;
}

}  // namespace

TEST_CASE("a fit to exact measurements finds the prices they were made with") {
  const auto measured = exact_measurements(200);
  const cost::Prices fitted = fit_prices(measured);
  cost::for_each_unit([&](const char* name, auto unit) {
    INFO(name);
    CHECK(static_cast<double>(fitted.*unit) ==
          Approx(static_cast<double>(known_prices().*unit)).margin(2));
  });
  CHECK(median_error(measured, fitted) < 1e-3);
}

TEST_CASE("work that was not measured keeps its stored price") {
  auto measured = exact_measurements(200);
  for (Measured& m : measured) {
    m.cpu_ns -= static_cast<double>(m.work.lookups * known_prices().lookups) / 1000;
    m.work.lookups = 0;
  }
  const cost::Prices fitted = fit_prices(measured);
  CHECK_FALSE(is_measured(measured, &cost::Units::lookups));
  CHECK(is_measured(measured, &cost::Units::visits));
  CHECK(fitted.lookups == cost::measured_prices().lookups);
  CHECK(fitted.lookups > 0);
  CHECK(static_cast<double>(fitted.visits) ==
        Approx(static_cast<double>(known_prices().visits)).margin(2));
}

TEST_CASE("a measurement of weight 0 does not count in the fit") {
  auto measured = exact_measurements(200);
  for (std::size_t i = 0; i < 40; ++i) {
    Measured wrong = measured[i];
    wrong.cpu_ns *= 5;
    wrong.weight = 0;
    measured.push_back(wrong);
  }
  const cost::Prices fitted = fit_prices(measured);
  CHECK(static_cast<double>(fitted.visits) ==
        Approx(static_cast<double>(known_prices().visits)).margin(2));
}

TEST_CASE("measurements that a price below nothing would explain best get a price of nothing") {
  std::vector<Measured> measured;
  RandomStream random(5, "negative");
  for (int i = 0; i < 100; ++i) {
    Measured m{.group = "x", .work = {}};
    m.work.visits = random.between(1000, 2000);
    m.work.merges = random.below(500);
    m.cpu_ns = static_cast<double>(m.work.visits) * 500 - static_cast<double>(m.work.merges) * 100;
    measured.push_back(m);
  }
  const cost::Prices fitted = fit_prices(measured);
  CHECK(fitted.merges == 0);
  CHECK(fitted.visits > 400'000);
  CHECK(fitted.visits < 500'000);
}

TEST_CASE("errors are summed by group, in the order of their first measurement") {
  const cost::Prices prices{.visits = 1000};  // A nanosecond.
  const std::vector<Measured> measured{{.group = "z", .work = {.visits = 110}, .cpu_ns = 100},
                                       {.group = "a", .work = {.visits = 50}, .cpu_ns = 100},
                                       {.group = "z", .work = {.visits = 210}, .cpu_ns = 300}};
  const auto groups = errors_by_group(measured, prices);
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].group == "z");
  CHECK(groups[0].measurements == 2);
  CHECK(groups[0].error() == Approx(-0.2));
  CHECK(groups[1].error() == Approx(-0.5));
}

TEST_CASE("the median error is that of single measurements, too much or too little alike") {
  const cost::Prices prices{.visits = 1000};
  CHECK(median_error({{.group = "", .work = {.visits = 110}, .cpu_ns = 100},
                      {.group = "", .work = {.visits = 50}, .cpu_ns = 100},
                      {.group = "", .work = {.visits = 100}, .cpu_ns = 100}},
                     prices) == Approx(0.1));
  CHECK(median_error({}, prices) == 0);
}

}  // namespace ksmsim::models
