#include "sim/mem/address_space.hpp"

#include <algorithm>
#include <bit>

namespace ksmsim::mem {

bool BlockBits::none() const {
  return std::all_of(words_.begin(), words_.end(), [](std::uint64_t w) { return w == 0; });
}

std::uint32_t BlockBits::next(std::uint32_t from) const {
  if (from >= kBlockPages) return kBlockPages;
  std::uint32_t word = from / 64;
  std::uint64_t bits = words_[word] & (~std::uint64_t{0} << (from % 64));
  while (bits == 0) {
    if (++word == words_.size()) return kBlockPages;
    bits = words_[word];
  }
  return word * 64 + static_cast<std::uint32_t>(std::countr_zero(bits));
}

std::size_t AddressSpace::block_at_or_after(std::uint64_t number) const {
  const auto at = std::partition_point(blocks.begin(), blocks.end(),
                                       [number](const BlockRef& b) { return b.number < number; });
  return static_cast<std::size_t>(at - blocks.begin());
}

bool AddressSpace::has_mergeable_region() const {
  const auto& all = regions.extents();
  return std::any_of(all.begin(), all.end(),
                     [](const auto& extent) { return extent.value == Mergeable::yes; });
}

}  // namespace ksmsim::mem
