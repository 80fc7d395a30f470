// Popularity: rank r of n is chosen with a weight of (r + 1) to the power of -exponent (Zipf's
// law), in whole numbers alone, the same on every machine (golden numbers in
// tests/models/zipf_test.cpp).
//
// The ranks below 64 have their own weight each. Above, a 64th of an octave shares one, that of its
// middle, so a table of a thousand entries does for a million ranks; within such a step all ranks
// are equal, which is off by at most exponent * 0.8 %.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/base/random.hpp"

namespace ksmsim::models {

// 2^36 / number^exponent, rounded down, at least 1; exact to 1 in 10^6 while it is above 10^6.
// REQUIRES: 0 < number < 2^32, exponent_ppm <= 4'000'000 (parts per million).
std::uint64_t inverse_power(std::uint64_t number, std::uint64_t exponent_ppm);

class Zipf {
 public:
  // REQUIRES: 0 < ranks <= 2^26, exponent_ppm <= 4'000'000. 0: all ranks alike.
  Zipf(std::uint64_t ranks, std::uint64_t exponent_ppm);

  // A rank from 0 on, 0 the most popular.
  std::uint64_t draw(RandomStream& random) const;
  // Parts per million of the draws that are below this rank. REQUIRES: rank <= ranks.
  std::uint64_t part_below_ppm(std::uint64_t rank) const;

 private:
  struct Step {
    std::uint64_t first;   // Rank.
    std::uint64_t weight;  // Of each of its ranks.
    std::uint64_t before;  // Weight of all ranks before it.
  };
  std::uint64_t weight_below(std::uint64_t rank) const;

  std::vector<Step> steps_;
  std::uint64_t ranks_;
  std::uint64_t total_ = 0;
};

}  // namespace ksmsim::models
