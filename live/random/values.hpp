// The contents that the pages of one random script hold: some that come often, and any number that
// come once.
#pragma once
#include <cstdint>
#include <vector>

#include "live/random/dice.hpp"
#include "live/random/draft.hpp"

namespace ksmsim::live::random {

class Values {
 public:
  // So many contents that come often.
  Values(Dice dice, std::uint64_t often);

  // One that comes often.
  std::uint64_t often();
  // They one after the other.
  Content cycle() const { return {often_.front(), std::max<std::uint64_t>(2, often_.size())}; }
  // `count` that were not there yet, ascending: above all that come often.
  Content fresh(std::uint64_t count);
  // One below, between or above all others.
  std::uint64_t anywhere();
  // A run of some hundred values which several pieces overlap in.
  Content overlap(std::uint64_t count);

 private:
  Dice dice_;
  std::vector<std::uint64_t> often_;
  std::uint64_t next_fresh_ = std::uint64_t{1} << 41;
};

}  // namespace ksmsim::live::random
