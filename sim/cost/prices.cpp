#include "sim/cost/prices.hpp"

namespace ksmsim::cost {

const Prices& measured_prices() {
  static constexpr Prices prices{
      .batches = 2'000'000,
      .visits = 150'000,
      .items_created = 60'000,
      .items_freed = 80'000,
      .checksums = 800'000,
      .stable_steps = 100'000,
      .unstable_steps = 120'000,
      .far_steps = 500'000,
      .agreed_bytes = 100,
      .unstable_inserts = 300'000,
      .merges = 1'500'000,
      .ksm_pages = 1'000'000,
      .zero_pages = 1'500'000,
      .skips = 60'000,
      .stale_nodes = 200'000,
      .walked = 8'000,
  };
  return prices;
}

std::uint64_t price(const Work& work, const Prices& prices) {
  std::uint64_t sum = 0;
  for_each_unit([&](const char*, auto unit) { sum += work.*unit * (prices.*unit); });
  return sum;
}

}  // namespace ksmsim::cost
