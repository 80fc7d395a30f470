// Random numbers from named streams of one seed. A stream depends on the seed and its name only,
// so adding a stream never changes another. Whole numbers only: no floats, no std:: distributions,
// the same numbers on every compiler (golden numbers in tests/sim/base_test.cpp).
#pragma once
#include <cstdint>
#include <string_view>

namespace ksmsim {

// One stream (splitmix64).
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view name);

  // Uniform over all 64-bit numbers.
  std::uint64_t next();
  // Uniform in [0, end). REQUIRES: end > 0.
  std::uint64_t below(std::uint64_t end);
  // Uniform in [least, most]. REQUIRES: least <= most, not the whole range.
  std::uint64_t between(std::uint64_t least, std::uint64_t most);
  // True `part` times out of `whole`. REQUIRES: 0 < whole, part <= whole.
  bool chance(std::uint64_t part, std::uint64_t whole) { return below(whole) < part; }

 private:
  std::uint64_t state_;
};

}  // namespace ksmsim
