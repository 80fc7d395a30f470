#include "models/zipf.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "sim/base/check.hpp"

namespace ksmsim::models {
namespace {

// Fixed point: logarithms have 32 binary places, numbers from 1 to 2 have 31.
constexpr unsigned kLogPlaces = 32, kPlaces = 31, kWeightPlaces = 36;
constexpr std::uint64_t kOne = std::uint64_t{1} << kPlaces;

// The root of `square`, rounded down.
constexpr std::uint64_t root(std::uint64_t square) {
  std::uint64_t r = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 31; bit != 0; bit >>= 1) {
    if ((r | bit) * (r | bit) <= square) r |= bit;
  }
  return r;
}

// 2^(1/2), 2^(1/4), 2^(1/8), ...
constexpr std::array<std::uint64_t, kLogPlaces> roots_of_two() {
  std::array<std::uint64_t, kLogPlaces> roots{};
  std::uint64_t last = 2 * kOne - 1;
  for (auto& each : roots) each = last = root((last << kPlaces) + kOne / 2);
  return roots;
}
constexpr auto kRoots = roots_of_two();

std::uint64_t log2_of(std::uint64_t number) {
  const auto whole = static_cast<unsigned>(std::bit_width(number)) - 1;
  std::uint64_t rest = number << (kPlaces - whole);  // 1 to 2.
  std::uint64_t log = whole;
  for (unsigned place = 0; place < kLogPlaces; ++place) {
    rest = (rest * rest) >> kPlaces;
    log <<= 1;
    if (rest >= 2 * kOne) {
      log |= 1;
      rest >>= 1;
    }
  }
  return log;
}

}  // namespace

std::uint64_t inverse_power(std::uint64_t number, std::uint64_t exponent_ppm) {
  KSM_CHECK(0 < number && number >> 32 == 0 && exponent_ppm <= 4'000'000);
  // log2 * exponent without overflow: below 2^37 times below 2^22.
  const std::uint64_t log = log2_of(number) * exponent_ppm / 1'000'000;
  // 2^-log = 2^(1 - fraction) / 2^(whole + 1), the fraction taken off from the top.
  const std::uint64_t mask = (std::uint64_t{1} << kLogPlaces) - 1;
  const std::uint64_t negative = (mask + 1 - (log & mask)) & mask;
  const std::uint64_t down = (log >> kLogPlaces) + (negative == 0 ? 0 : 1);
  std::uint64_t power = kOne;
  for (unsigned place = 0; place < kLogPlaces; ++place) {
    if ((negative >> (kLogPlaces - 1 - place) & 1) == 0) continue;
    power = (power * kRoots[place] + kOne / 2) >> kPlaces;
  }
  const std::uint64_t weight = down > 60 ? 0 : power << (kWeightPlaces - kPlaces) >> down;
  return std::max<std::uint64_t>(weight, 1);
}

Zipf::Zipf(std::uint64_t ranks, std::uint64_t exponent_ppm) : ranks_(ranks) {
  KSM_CHECK(0 < ranks && ranks <= 1u << 26);
  for (std::uint64_t first = 0; first < ranks;) {
    const std::uint64_t octave = std::bit_floor(first + 1);
    const std::uint64_t count = std::min(std::max<std::uint64_t>(octave / 64, 1), ranks - first);
    const std::uint64_t weight = inverse_power(first + 1 + (count - 1) / 2, exponent_ppm);
    steps_.push_back({first, weight, total_});
    total_ += weight * count;
    first += count;
  }
}

std::uint64_t Zipf::draw(RandomStream& random) const {
  const std::uint64_t at = random.below(total_);
  const auto after = std::upper_bound(steps_.begin(), steps_.end(), at,
                                      [](std::uint64_t w, const Step& s) { return w < s.before; });
  const Step& step = *(after - 1);
  return step.first + (at - step.before) / step.weight;
}

std::uint64_t Zipf::weight_below(std::uint64_t rank) const {
  const auto after = std::upper_bound(steps_.begin(), steps_.end(), rank,
                                      [](std::uint64_t r, const Step& s) { return r < s.first; });
  const Step& step = *(after - 1);
  return step.before + (rank - step.first) * step.weight;
}

std::uint64_t Zipf::part_below_ppm(std::uint64_t rank) const {
  KSM_CHECK(rank <= ranks_);
  return weight_below(rank) / (total_ / 1'000'000);  // The first rank alone weighs 2^36.
}

}  // namespace ksmsim::models
