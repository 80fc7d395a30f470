// Draws from one named random stream, in the shapes that scripts are made of. Whole numbers only.
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/base/random.hpp"

namespace ksmsim::live::random {

// least to most, both included. REQUIRES: least <= most.
struct Range {
  std::uint64_t least, most;
};

template <class T>
struct Weighted {
  std::uint64_t weight;
  T what;
};

class Dice {
 public:
  Dice(std::uint64_t seed, std::string_view name) : stream_(seed, name) {}

  std::uint64_t below(std::uint64_t end) { return stream_.below(end); }
  std::uint64_t between(Range range) { return stream_.between(range.least, range.most); }
  bool percent(std::uint64_t chance) { return stream_.chance(chance, 100); }
  // Small numbers as likely as large ones: every power of two between the ends is. REQUIRES:
  // range.least > 0.
  std::uint64_t log(Range range) {
    const auto width = [](std::uint64_t n) {
      return static_cast<std::uint64_t>(std::bit_width(n));
    };
    const std::uint64_t bits = between({width(range.least), width(range.most)});
    const std::uint64_t first = std::uint64_t{1} << (bits - 1);
    return between({std::max(range.least, first), std::min(range.most, 2 * first - 1)});
  }
  // REQUIRES: not empty.
  template <class T>
  const T& one_of(const std::vector<T>& list) {
    return list[below(list.size())];
  }
  // REQUIRES: some weight is not 0.
  template <class T>
  const T& weighted(const std::vector<Weighted<T>>& list) {
    std::uint64_t sum = 0;
    for (const auto& entry : list) sum += entry.weight;
    std::uint64_t left = below(sum);
    for (const auto& entry : list) {
      if (left < entry.weight) return entry.what;
      left -= entry.weight;
    }
    return list.back().what;
  }

 private:
  RandomStream stream_;
};

}  // namespace ksmsim::live::random
