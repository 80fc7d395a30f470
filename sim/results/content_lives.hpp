// How long contents of pages live: counts of pages by time, finer for shorter times.
//
// Units: pages; times in milliseconds since the start of the run, when every content is young that
// is there already.
#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "sim/base/fields.hpp"

namespace ksmsim::results {

// Counts in steps of at most a quarter: 0 to 3 ms exactly, then four steps to each doubling.
class LifeCounts {
 public:
  void add(std::uint32_t ms, std::int64_t pages) {
    counts_[step_of(ms)] += pages;
    total_ += pages;
  }
  std::int64_t total() const { return total_; }
  // Pages that lived for less than so long, those of the step in which it lies by their part.
  std::int64_t below(std::uint32_t ms) const {
    const std::size_t step = step_of(ms);
    std::int64_t sum = 0;
    for (std::size_t s = 0; s < step; ++s) sum += counts_[s];
    const std::uint64_t width = begin_of(step + 1) - begin_of(step);
    const std::uint64_t part = ms - begin_of(step);
    return sum +
           static_cast<std::int64_t>(static_cast<std::uint64_t>(counts_[step]) * part / width);
  }
  // A time that half of the pages did not reach, to a quarter: the end of the step in which it
  // lies. REQUIRES: total() > 0.
  std::uint64_t median_ms() const {
    std::int64_t sum = 0;
    std::size_t step = 0;
    while (2 * (sum += counts_[step]) < total_) ++step;
    return begin_of(step + 1);
  }
  // Whether counts that came from elsewhere are some: none is negative, and they have a sum.
  bool are_whole() const {
    std::int64_t sum = 0;
    for (std::int64_t pages : counts_) {
      if (pages < 0 || pages > std::numeric_limits<std::int64_t>::max() / 4 - sum) return false;
      sum += pages;
    }
    return sum == total_;
  }
  bool operator==(const LifeCounts&) const = default;

  template <Of<LifeCounts> T, class F>
  friend void for_each_field(T& lives, F&& f) {
    auto& [counts, total] = lives;
    f("counts", counts);
    f("total", total);
  }

 private:
  static constexpr std::size_t kSteps = 4 + 30 * 4;
  static std::size_t step_of(std::uint32_t ms) {
    if (ms < 4) return ms;
    const auto doublings = static_cast<std::size_t>(std::bit_width(ms)) - 3;  // 4 to 7: 0.
    return 4 + doublings * 4 + ((ms >> doublings) & 3);
  }
  static std::uint64_t begin_of(std::size_t step) {
    if (step < 4) return step;
    return std::uint64_t{4 + (step & 3)} << (step / 4 - 1);
  }

  std::array<std::int64_t, kSteps> counts_{};
  std::int64_t total_ = 0;
};

struct ContentLives {
  LifeCounts ended;     // Contents that were written over or given back; not by a guest's end.
  LifeCounts standing;  // Contents that are still there at the end, by their age.
  bool operator==(const ContentLives&) const = default;
};

template <Of<ContentLives> T, class F>
void for_each_field(T& lives, F&& f) {
  auto& [ended, standing] = lives;
  f("ended", ended);
  f("standing", standing);
}

}  // namespace ksmsim::results
