// How the hashes of a data set become content identities: pages of zeros are 0; all others keep
// their hash, or get its rank among all hashes of the data set, from 1 on. Ranks are smaller
// numbers, so a trace of them is about half as large, and leave both equality and order as they
// were.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sim/base/result.hpp"
#include "traces/snapshots/dataset.hpp"

namespace ksmsim::traces::snapshots {

// Told after each snapshot that was read: how many of how many.
using Progress = std::function<void(std::size_t done, std::size_t all)>;

class Identities {
 public:
  // Hashes stay what they are.
  Identities() = default;
  // Ranks. Reads all snapshots.
  static Result<Identities> ranks(const Dataset& data, const Progress& progress);

  // The identity; for ranks nothing if the data set did not hold the hash when it was read.
  // REQUIRES: the hash is not kAbsentHash.
  std::optional<std::uint64_t> of(std::uint64_t hash) const;

 private:
  enum class Kind : std::uint8_t { hashes, ranks };
  Kind kind_ = Kind::hashes;
  std::vector<std::uint64_t> sorted_;  // All hashes but the two special ones.
};

}  // namespace ksmsim::traces::snapshots
