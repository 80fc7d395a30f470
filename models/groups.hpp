// Equal pages within one region: parts of it come in groups of so many equal pages, the rest is
// unique. Groups stand together in the order of the shares, the unique pages behind them, since
// duplicates cluster in address order on real guests (docs/models.md).
#pragma once
#include <cstdint>
#include <vector>

#include "models/parameters.hpp"

namespace ksmsim::models {

class Groups {
 public:
  // `shares`: part of the pages, pages of a group. REQUIRES: parts sum to at most 1, values > 0.
  Groups(const std::vector<Share>& shares, std::uint64_t pages) {
    std::uint64_t page = 0, content = 0;
    for (const Share& share : shares) {
      const auto size = static_cast<std::uint64_t>(share.value);
      const auto part = static_cast<std::uint64_t>(share.part_ppm);
      const std::uint64_t count = pages / 1'000'000 * part + pages % 1'000'000 * part / 1'000'000;
      runs_.push_back({page, content, size});
      page += count;
      content += (count + size - 1) / size;
    }
    runs_.push_back({page, content, 1});
  }

  // Which content page i has, numbered from 0: equal numbers are equal pages.
  std::uint64_t content_of(std::uint64_t page) const {
    auto at = runs_.end() - 1;
    while (at->page > page) --at;
    return at->content + (page - at->page) / at->size;
  }

 private:
  struct Run {
    std::uint64_t page, content, size;
  };
  std::vector<Run> runs_;
};

}  // namespace ksmsim::models
