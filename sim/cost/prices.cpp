#include "sim/cost/prices.hpp"

namespace ksmsim::cost {

const Prices& measured_prices() {
  static constexpr Prices prices{
      .batches = 2'591'877,
      .visits = 232'237,
      .items_created = 263'231,
      .items_freed = 82'178,
      .checksums = 537'286,
      .stable_steps = 40'477,
      .unstable_steps = 230'939,
      .far_steps = 257'730,
      .chain_steps = 55'536,
      .agreed_bytes = 85,
      .unstable_inserts = 0,
      .merges = 2'479'929,
      .ksm_pages = 1'856'432,
      .zero_pages = 2'191'659,
      .skips = 0,
      .stale_nodes = 598'915,
      .walked = 8'029,
      .lookups = 420'000,
  };
  return prices;
}

std::uint64_t price(const Work& work, const Prices& prices) {
  std::uint64_t sum = 0;
  for_each_unit([&](const char*, auto unit) { sum += work.*unit * (prices.*unit); });
  return sum;
}

}  // namespace ksmsim::cost
