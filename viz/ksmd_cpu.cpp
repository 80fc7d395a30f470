#include "viz/ksmd_cpu.hpp"

#include <algorithm>
#include <cstdlib>

#include "viz/known_machines.hpp"
#include "viz/words.hpp"

namespace ksmsim::viz {
namespace {

using results::Sample;
using At = std::vector<Sample>::const_iterator;

// Pages merge at their second visit.
constexpr std::int64_t kPassesToMerge = 2;

bool are_prices_given(const results::RunResult& result) {
  return std::any_of(result.provenance.begin(), result.provenance.end(),
                     [](const auto& one) { return one.first == kPricesGiven; });
}

// In percent of a core; nothing where no time passes.
std::optional<double> percent(const Sample& from, const Sample& to) {
  const auto span = static_cast<double>(to.at_ns - from.at_ns);
  if (span <= 0) return std::nullopt;
  return 100 * static_cast<double>(to.ksmd_cpu_ns - from.ksmd_cpu_ns) / span;
}

CpuUse use(double percent, bool prices_given) {
  CpuUse use{.percent = percent, .low_percent = std::nullopt, .high_percent = std::nullopt};
  if (prices_given) return use;
  const Spread spread = known_spread();
  use.low_percent = 100 * part_at(percent / 100, spread.least_percent);
  use.high_percent = 100 * part_at(percent / 100, spread.most_percent);
  return use;
}

double p95_percent(const std::vector<Sample>& samples) {
  std::vector<double> all;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    if (const auto one = percent(samples[i - 1], samples[i])) all.push_back(*one);
  }
  if (all.empty()) return 0;
  std::sort(all.begin(), all.end());
  return all[(all.size() * 95 + 99) / 100 - 1];
}

// As settled_at_s has it; the end of the samples: never.
At settled(const std::vector<Sample>& samples) {
  const Sample& last = samples.back();
  const std::int64_t final_bytes = last.truth.saved_bytes();
  const auto is_off = [final_bytes](const Sample& s) {
    return std::abs(s.truth.saved_bytes() - final_bytes) > std::abs(final_bytes) / 10;
  };
  const auto last_off = std::find_if(samples.rbegin(), samples.rend(), is_off).base();
  const auto at = std::find_if(last_off, samples.end(),
                               [](const Sample& s) { return s.passes >= kPassesToMerge; });
  if (at == samples.end() || at->at_ns > last.at_ns - last.at_ns / 5) return samples.end();
  return at;
}

}  // namespace

KsmdCpu ksmd_cpu(const results::RunResult& result) {
  const bool given = are_prices_given(result);
  const std::vector<Sample>& samples = result.samples;
  const auto between = [given](const Sample& from, const Sample& to) -> std::optional<CpuUse> {
    const auto p = percent(from, to);
    return p ? std::optional(use(*p, given)) : std::nullopt;
  };
  KsmdCpu cpu;
  cpu.mean = between(Sample{}, samples.back()).value_or(use(0, given));
  cpu.p95_percent = p95_percent(samples);
  const At at = settled(samples);
  if (at == samples.end()) return cpu;
  cpu.settled_at_s = in_seconds(at->at_ns);
  cpu.first_passes = between(samples.front(), *at);
  cpu.steady = between(*at, samples.back());
  return cpu;
}

}  // namespace ksmsim::viz
