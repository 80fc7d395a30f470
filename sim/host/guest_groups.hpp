// Which groups of guests share most, in bounded memory though there may be as many groups as pages:
// what is added is gone through as often as it takes, and each time a further part of all groups,
// in their order, is added up.
//
// Units: pages.
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/ids.hpp"

namespace ksmsim::host {

// Some guests, in the order in which they began.
class Guests {
 public:
  void add(MmId mm);
  std::size_t size() const { return all_.size(); }
  std::vector<std::string> named(const std::vector<std::string>& names) const;
  // The group whose guests began first comes first.
  friend auto operator<=>(const Guests&, const Guests&) = default;

 private:
  std::vector<MmId> all_;  // Ascending.
};

class LargestGuestGroups {
 public:
  // Finds the `wanted` largest. What is added up at a time takes about 8 bytes * `room`.
  LargestGuestGroups(std::size_t wanted, std::size_t room) : wanted_(wanted), room_(room) {}

  void add(const Guests& guests, std::int64_t pages);
  // Call it when all is added. If it returns true, everything has to be added once more.
  bool goes_on();
  // Largest first, of equals the group whose guests began first. REQUIRES: !goes_on().
  const std::vector<std::pair<Guests, std::int64_t>>& largest() const { return largest_; }

 private:
  using Sums = std::map<Guests, std::int64_t>;
  static std::size_t room_of(const Guests& guests) { return 12 + guests.size() / 2; }

  std::size_t wanted_;
  std::size_t room_;
  Sums sums_;                   // Of the groups behind done_.
  std::size_t taken_ = 0;       // Of room_, by sums_.
  std::optional<Guests> done_;  // The last group that is in largest_ or too small for it.
  std::optional<Guests> end_;   // Groups from this one on have to wait.
  std::vector<std::pair<Guests, std::int64_t>> largest_;
};

}  // namespace ksmsim::host
