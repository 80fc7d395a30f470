#include "traces/snapshots/identities.hpp"

#include <algorithm>
#include <iterator>

#include "traces/snapshots/page_reader.hpp"

namespace ksmsim::traces::snapshots {

Result<Identities> Identities::ranks(const Dataset& data, const Progress& progress) {
  Identities identities;
  identities.kind_ = Kind::ranks;
  auto& sorted = identities.sorted_;
  PageReader reader(data.files);
  for (std::size_t i = 0; i < data.snapshots.size(); ++i) {
    auto hashes = reader.read(data.snapshots[i]);
    if (!hashes) return hashes.error();
    std::sort(hashes->begin(), hashes->end());
    hashes->erase(std::unique(hashes->begin(), hashes->end()), hashes->end());
    std::vector<std::uint64_t> both;
    both.reserve(sorted.size() + hashes->size());
    std::set_union(sorted.begin(), sorted.end(), hashes->begin(), hashes->end(),
                   std::back_inserter(both));
    sorted = std::move(both);
    if (progress) progress(i + 1, data.snapshots.size());
  }
  std::erase(sorted, kAbsentHash);
  std::erase(sorted, kZeroPageHash);
  return identities;
}

std::optional<std::uint64_t> Identities::of(std::uint64_t hash) const {
  KSM_CHECK(hash != kAbsentHash);
  if (hash == kZeroPageHash) return 0;
  if (kind_ == Kind::hashes) return hash;
  const auto at = std::lower_bound(sorted_.begin(), sorted_.end(), hash);
  if (at == sorted_.end() || *at != hash) return std::nullopt;
  return static_cast<std::uint64_t>(at - sorted_.begin()) + 1;
}

}  // namespace ksmsim::traces::snapshots
