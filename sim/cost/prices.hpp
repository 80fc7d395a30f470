// What each unit of work costs in CPU time, as integers (picoseconds), and how far pages agree.
//
// The stored prices are a fit to measurements of Linux 6.18 (docs/validation.md); they are made by
// `ksmsim calibrate`, and rounded when stored, so that no float is on the way to a digest.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/cost/work.hpp"

namespace ksmsim::cost {

// The stored fit.
const Prices& measured_prices();

// How many bytes a comparison of two unequal pages reads before the first difference, by the class
// of the page that is scanned. Units: bytes for each comparison.
struct AgreedBytes {
  std::uint32_t otherwise = 8;            // Classes that the list below does not name.
  std::vector<std::uint32_t> by_class{};  // By ClassId.

  std::uint32_t of(ClassId c) const {
    return c.value < by_class.size() ? by_class[c.value] : otherwise;
  }
  bool operator==(const AgreedBytes&) const = default;
};

// The steps of a search below this level miss the caches. (L2 of 2 MiB a core holds the items,
// page-table entries and first lines of pages of some thousand nodes.)
inline constexpr std::uint64_t kNearSteps = 13;

// What the work costs, in picoseconds.
std::uint64_t price(const Work& work, const Prices& prices);

// Counts work and prices it as it is done.
class Meter {
 public:
  Meter(const Prices& prices, AgreedBytes agreed) : prices_(prices), agreed_(std::move(agreed)) {}

  void add(std::uint64_t Units::*unit, std::uint64_t n = 1) {
    work_.*unit += n;
    picoseconds_ += n * (prices_.*unit);
  }
  // A search in a tree of `nodes` for a page of class `c`; `steps` is the unit of that tree.
  void add_search(std::uint64_t Units::*steps, std::uint64_t nodes, ClassId c) {
    const std::uint64_t deep = depth(nodes);
    add(steps, deep);
    if (deep > kNearSteps) add(&Units::far_steps, deep - kNearSteps);
    add(&Units::agreed_bytes, deep * agreed_.of(c));
  }

  const Work& work() const { return work_; }
  std::uint64_t picoseconds() const { return picoseconds_; }

 private:
  Work work_;
  Prices prices_;
  AgreedBytes agreed_;
  std::uint64_t picoseconds_ = 0;
};

}  // namespace ksmsim::cost
