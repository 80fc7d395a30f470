#include "live/random/values.hpp"

namespace ksmsim::live::random {
namespace {

constexpr std::uint64_t kOverlapFirst = 500'000, kOverlapStarts = 600;

}  // namespace

Values::Values(Dice dice, std::uint64_t often) : dice_(dice) {
  for (std::uint64_t i = 0; i < often; ++i) {
    often_.push_back(dice_.between({1, std::uint64_t{1} << 40}));
  }
}

std::uint64_t Values::often() {
  if (dice_.percent(50)) return dice_.one_of(often_);
  return often_.front() + dice_.below(often_.size());
}

Content Values::fresh(std::uint64_t count) {
  const std::uint64_t first = next_fresh_;
  next_fresh_ += count;
  return {first, count};
}

std::uint64_t Values::anywhere() {
  static const std::vector<std::uint64_t> kBits = {20, 40, 42, 60};
  return dice_.between({1, std::uint64_t{1} << dice_.one_of(kBits)});
}

Content Values::overlap(std::uint64_t count) {
  return {kOverlapFirst + dice_.below(kOverlapStarts), count};
}

}  // namespace ksmsim::live::random
