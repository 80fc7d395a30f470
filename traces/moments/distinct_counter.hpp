// Counts the different contents of a guest's pages at one moment: in all, and in each part of its
// memory. Exact, in bounded memory.
#pragma once
#include <compare>
#include <cstdint>
#include <vector>

#include "traces/moments/external_sorter.hpp"

namespace ksmsim::traces::moments {

class DistinctCounter {
 public:
  DistinctCounter(OpenTemp open, std::size_t memory_bytes) : seen_(std::move(open), memory_bytes) {}

  Result<void> add(std::uint64_t content, std::uint32_t part) { return seen_.add({content, part}); }

  struct Counts {
    std::uint64_t all = 0;
    std::vector<std::uint64_t> parts;
  };
  // Of what was added since the last count; parts are numbered below `parts`.
  Result<Counts> count(std::size_t parts);

 private:
  struct Seen {
    std::uint64_t content = 0;
    std::uint64_t part = 0;
    auto operator<=>(const Seen&) const = default;
  };
  ExternalSorter<Seen> seen_;
};

}  // namespace ksmsim::traces::moments
