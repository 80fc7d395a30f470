// Tells whether an operation is possible after those before it (rules (1) to (3) of operation.hpp).
// Everything that reads operations from outside asks it once, so that the simulation can rely on
// them. Its memory grows with address spaces and regions, not with pages, and both are bounded as
// on a real host, so that a few bytes of input cannot claim all memory.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "sim/base/extent_map.hpp"
#include "sim/base/result.hpp"
#include "sim/input/operation.hpp"

namespace ksmsim::input {

// Regions of one address space, as /proc/sys/vm/max_map_count has it by default; neighbours that
// are alike count once.
inline constexpr std::size_t kRegionsMax = 65530;
// Regions of all living address spaces together.
inline constexpr std::size_t kRegionsOfAllMax = std::size_t{1} << 22;
// Address spaces of one trace (the kernel has as many process numbers).
inline constexpr std::uint32_t kSpacesMax = std::uint32_t{1} << 22;

class OperationChecker {
 public:
  // Takes note of the operation, or takes none and says why it is not possible.
  Result<void> apply(const Operation& operation);
  // The same, and that time does not go back.
  Result<void> apply(const TimedOperation& timed);

  // The living address space of this name, or nullptr.
  const MmId* find(const std::string& name) const;
  // The number that the next address space has to have.
  MmId next_mm() const { return MmId{static_cast<std::uint32_t>(regions_.size())}; }

 private:
  struct Space {
    ExtentMap<Mergeable> mapped;
    std::string name;
    bool living = false;
  };

  Result<void> begin(MmId mm, const std::string& name);
  Result<void> living(MmId mm) const;
  Result<void> well_formed(const PageRange& range) const;
  Result<void> mapped(const PageRange& range) const;
  // Sets (or with nullptr clears) what holds for a range, if there is room for more regions.
  Result<void> change(const PageRange& range, const Mergeable* mergeable);
  Result<void> good_contents(const Contents& contents, std::uint64_t count) const;

  Result<void> check(const Begin& op);
  Result<void> check(const Fork& op);
  Result<void> check(const End& op);
  Result<void> check(const Map& op);
  Result<void> check(const Unmap& op);
  Result<void> check(const Advise& op);
  Result<void> check(const Write& op);
  Result<void> check(const OptIn& op) { return living(op.mm); }
  Result<void> check(const Activity& op) { return living(op.mm); }
  Result<void> check(const SwapAll&) { return {}; }
  Result<void> check(const SetKnob&) { return {}; }
  Result<void> check(const HostCounters&) { return {}; }
  // All others name a mapped range and change nothing that is kept here.
  template <class Ranged>
  Result<void> check(const Ranged& op) {
    return mapped(op.range);
  }

  std::vector<Space> regions_;
  std::map<std::string, MmId> names_;  // Of the living.
  std::size_t regions_of_all_ = 0;
  Time now_ = kStart;
};

}  // namespace ksmsim::input
