// Sites: its invariants, counted anew.
#include <algorithm>
#include <map>
#include <vector>

#include "sim/mem/sites.hpp"

namespace ksmsim::mem {

void Sites::check_invariants() const {
  std::vector<std::uint32_t> mappings(frames_.slots());
  std::vector<std::uint32_t> owners(swap_.slots());
  std::map<std::uint32_t, std::vector<std::uint32_t>> huge;
  Totals sum = totals_;
  sum.present_sites = sum.frames = sum.fork_shared = sum.ksm_zero_pages = sum.swapped_sites = 0;
  sum.swap_slots = sum.swap_cached = 0;
  std::size_t living = 0;
  for (const AddressSpace& space : spaces_) {
    std::int64_t zero_pages = 0;
    living += space.living;
    for (const BlockRef& ref : space.blocks) {
      const Block& block = blocks_[ref.block];
      std::uint32_t used = 0;
      for (std::uint32_t i = 0; i < kBlockPages; ++i) {
        const SiteId site{ref.block * kBlockPages + i};
        const Mapping mapped = mapping(site);
        used += mapped != kAbsent;
        zero_pages += mapped == kKsmZeroPage;
        KSM_CHECK(block.anonymous.test(i) == (mapped == kOwnPage || is_frame(mapped)));
        KSM_CHECK(block.own.test(i) == (mapped == kOwnPage));
        KSM_CHECK(!is_pinned(site) || mapped == kOwnPage);
        KSM_CHECK(is_mergeable(site) == space.mergeable(page_of(site)));
        KSM_CHECK((comparable(site) != nullptr) == (block.own.test(i) && is_mergeable(site)));
        sum.frames += mapped == kOwnPage;
        if (is_frame(mapped)) ++mappings[mapped.value];
        if (mapped == kSwapped) {
          ++owners[words_[site.value] - kSwapped.value];
          ++sum.swapped_sites;
        }
        sum.present_sites += block.anonymous.test(i) || mapped == kKsmZeroPage;
      }
      KSM_CHECK(block.used == used && block.number == ref.number);
      if (block.extras != kNoBlockExtras) {
        const BlockExtras& extras = extras_[block.extras];
        KSM_CHECK(extras.left_pinned.none() || !extras.huge.none());
      }
      if (block.extras != kNoBlockExtras && !extras_[block.extras].huge.none()) {
        huge[extras_[block.extras].huge_page].push_back(ref.block);
      }
    }
    KSM_CHECK(zero_pages == space.ksm_zero_pages);
    sum.ksm_zero_pages += zero_pages;
  }
  for (std::uint32_t i = kFirstFrame; i < frames_.slots(); ++i) {
    KSM_CHECK(frames_[FrameId{i}].mappings == mappings[i]);
    KSM_CHECK(frames_[FrameId{i}].in_swap_cache == swap_.cached().contains(i));
    sum.swap_cached += mappings[i] == 0 && frames_[FrameId{i}].in_swap_cache;
    if (mappings[i] == 0) continue;
    ++sum.frames;
    if (!frames_[FrameId{i}].is_ksm()) sum.fork_shared += mappings[i] - 1;
  }
  for (const auto& [frame, slot] : swap_.cached()) KSM_CHECK(swap_[slot].cached == FrameId{frame});
  for (std::uint32_t i = 0; i < swap_.slots(); ++i) {
    KSM_CHECK(swap_[i].owners == owners[i]);
    sum.swap_slots += owners[i] > 0 || swap_[i].cached != FrameId{};
  }
  for (auto [huge_page, blocks] : huge_.all()) {
    std::sort(blocks.begin(), blocks.end());
    std::sort(huge[huge_page].begin(), huge[huge_page].end());
    KSM_CHECK(blocks == huge[huge_page]);
  }
  KSM_CHECK(huge.size() == huge_.all().size());
  sum.huge_pages = static_cast<std::int64_t>(huge_.all().size());
  KSM_CHECK(sum == totals_ && living == living_spaces());
}

}  // namespace ksmsim::mem
