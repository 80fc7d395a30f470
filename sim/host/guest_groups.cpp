#include "sim/host/guest_groups.hpp"

#include <algorithm>
#include <iterator>

namespace ksmsim::host {

void Guests::add(MmId mm) {
  const auto at = std::lower_bound(all_.begin(), all_.end(), mm);
  if (at == all_.end() || *at != mm) all_.insert(at, mm);
}

std::vector<std::string> Guests::named(const std::vector<std::string>& names) const {
  std::vector<std::string> list;
  for (MmId mm : all_) list.push_back(names[mm.value]);
  return list;
}

void LargestGuestGroups::add(const Guests& guests, std::int64_t pages) {
  if ((done_ && guests <= *done_) || (end_ && guests >= *end_)) return;
  const auto [at, is_new] = sums_.try_emplace(guests, 0);
  at->second += pages;
  if (is_new) taken_ += room_of(guests);
  // One group is always kept, so that every time brings it further.
  while (taken_ > room_ && sums_.size() > 1) {
    const auto last = std::prev(sums_.end());
    taken_ -= room_of(last->first);
    end_ = last->first;
    sums_.erase(last);
  }
}

bool LargestGuestGroups::goes_on() {
  if (!sums_.empty()) done_ = std::prev(sums_.end())->first;
  largest_.insert(largest_.end(), sums_.begin(), sums_.end());
  std::sort(largest_.begin(), largest_.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  if (largest_.size() > wanted_) largest_.resize(wanted_);
  sums_.clear();
  taken_ = 0;
  const bool more = end_.has_value();
  end_.reset();
  return more;
}

}  // namespace ksmsim::host
