// Equal pages within one region: parts of it come in groups of so many equal pages, the rest is
// unique. Groups stand together in the order of the shares, the unique pages behind them, since
// duplicates cluster in address order on real guests (docs/models.md).
#pragma once
#include <algorithm>
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
      if (size == 1) continue;  // Unique like the rest.
      const std::uint64_t count = part_of(pages, static_cast<std::uint64_t>(share.part_ppm));
      runs_.push_back({page, content, size});
      page += count;
      content += (count + size - 1) / size;
    }
    runs_.push_back({page, content, 1});
  }

  // Pages that follow on each other and are equal.
  struct Group {
    std::uint64_t first = 0, count = 1;
  };

  // Which content page i has, numbered from 0: equal numbers are equal pages.
  std::uint64_t content_of(std::uint64_t page) const {
    const auto at = run_of(page);
    return at->content + (page - at->page) / at->size;
  }
  // The pages that are equal to this one, with it.
  Group group_of(std::uint64_t page) const {
    const auto at = run_of(page);
    const std::uint64_t first = page - (page - at->page) % at->size;
    if (at + 1 == runs_.end()) return {first, at->size};
    return {first, std::min(at->size, (at + 1)->page - first)};
  }
  // Pages from the start that are in groups; behind them all are unique.
  std::uint64_t grouped_pages() const { return runs_.back().page; }

 private:
  struct Run {
    std::uint64_t page, content, size;
  };
  std::vector<Run>::const_iterator run_of(std::uint64_t page) const {
    auto at = runs_.end() - 1;
    while (at->page > page) --at;
    return at;
  }
  std::vector<Run> runs_;
};

}  // namespace ksmsim::models
