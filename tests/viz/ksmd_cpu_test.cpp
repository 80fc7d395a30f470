#include "viz/ksmd_cpu.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/viz/made_up_result.hpp"
#include "viz/known_machines.hpp"

namespace ksmsim::viz {
namespace {

struct Moment {
  std::int64_t s, saved_pages, passes, cpu_ms;
};

results::RunResult of_moments(const std::vector<Moment>& moments) {
  results::RunResult result;
  for (const Moment& m : moments) {
    results::Sample& sample = result.samples.emplace_back(sample_at(m.s, m.saved_pages));
    sample.passes = m.passes;
    sample.ksmd_cpu_ns = m.cpu_ms * 1'000'000;
  }
  return result;
}

// Merges for 20 s with 30 % of a core, and holds for 80 s with 5 %.
results::RunResult settling() {
  return of_moments({{0, 0, 0, 0},
                     {10, 400, 1, 3000},
                     {20, 980, 2, 6000},
                     {60, 1000, 4, 8000},
                     {100, 1000, 6, 10000}});
}

}  // namespace

TEST_CASE("CPU use is of one core: the mean of the run, and the 95th percentile of intervals") {
  const KsmdCpu cpu = ksmd_cpu(made_up_result());
  CHECK(cpu.mean.percent == Approx(8));
  CHECK(cpu.p95_percent == Approx(30));
}

TEST_CASE("the 95th percentile leaves out the five highest of a hundred") {
  std::vector<Moment> moments{{0, 0, 0, 0}};
  std::int64_t used = 0;
  for (std::int64_t i = 1; i <= 100; ++i) moments.push_back({i, 0, 0, used += i});
  CHECK(ksmd_cpu(of_moments(moments)).p95_percent == Approx(9.5));
}

TEST_CASE("the first passes and the steady state after them are told apart") {
  const KsmdCpu cpu = ksmd_cpu(settling());
  CHECK(cpu.settled_at_s == 20.0);
  REQUIRE(cpu.first_passes);
  CHECK(cpu.first_passes->percent == Approx(30));
  REQUIRE(cpu.steady);
  CHECK(cpu.steady->percent == Approx(5));
}

TEST_CASE("a run whose saving moves until its end never settles") {
  std::vector<Moment> ramp;
  for (std::int64_t i = 0; i <= 100; ++i) ramp.push_back({i, 10 * i, i / 10, 50 * i});
  const KsmdCpu rising = ksmd_cpu(of_moments(ramp));
  CHECK_FALSE(rising.settled_at_s);
  CHECK_FALSE(rising.first_passes);
  CHECK_FALSE(rising.steady);
  CHECK(rising.mean.percent == Approx(5));

  auto late = settling();  // It held, but a guest ends after 90 s.
  late.samples.insert(late.samples.end() - 1, of_moments({{90, 1000, 5, 9500}}).samples[0]);
  late.samples.back().truth.saved_pages = 500;
  CHECK_FALSE(ksmd_cpu(late).settled_at_s);
}

TEST_CASE("nothing has settled before two passes have ended, however still it is") {
  const KsmdCpu one = ksmd_cpu(of_moments({{0, 0, 0, 0}, {50, 0, 1, 100}, {100, 0, 1, 200}}));
  CHECK_FALSE(one.settled_at_s);
  const KsmdCpu two = ksmd_cpu(of_moments({{0, 0, 0, 0}, {50, 0, 2, 100}, {100, 0, 4, 200}}));
  CHECK(two.settled_at_s == 50.0);
}

TEST_CASE("a run that saves nothing, or less, settles as others do") {
  const KsmdCpu cpu = ksmd_cpu(of_moments(
      {{0, 0, 0, 0}, {10, -500, 1, 1000}, {20, -1000, 2, 3000}, {100, -1000, 9, 11000}}));
  CHECK(cpu.settled_at_s == 20.0);
  CHECK(cpu.steady.value().percent == Approx(10));
}

TEST_CASE("a run of a single moment uses nothing and has not settled") {
  const KsmdCpu cpu = ksmd_cpu(of_moments({{0, 7, 0, 0}}));
  CHECK(cpu.mean.percent == 0);
  CHECK(cpu.p95_percent == 0);
  CHECK_FALSE(cpu.settled_at_s);
}

TEST_CASE("each share of a core has the range of the machines known, but with prices given none") {
  auto result = settling();
  const Spread spread = known_spread();
  const KsmdCpu cpu = ksmd_cpu(result);
  for (const CpuUse& use : {cpu.mean, cpu.first_passes.value(), cpu.steady.value()}) {
    const double part = use.percent / 100;
    CHECK(use.low_percent.value() == Approx(100 * part_at(part, spread.least_percent)));
    CHECK(use.high_percent.value() == Approx(100 * part_at(part, spread.most_percent)));
    CHECK(*use.low_percent < use.percent);
    CHECK(*use.high_percent > use.percent);
  }
  result.provenance = {{kPricesGiven, "16"}};
  const KsmdCpu own = ksmd_cpu(result);
  for (const CpuUse& use : {own.mean, own.first_passes.value(), own.steady.value()}) {
    CHECK_FALSE(use.low_percent);
    CHECK_FALSE(use.high_percent);
  }
}

}  // namespace ksmsim::viz
