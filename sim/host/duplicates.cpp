#include "sim/host/duplicates.hpp"

#include <algorithm>
#include <vector>

#include "sim/ksm/checksum.hpp"

namespace ksmsim::host {
namespace {

using results::WhyNot;

struct Page {
  std::uint64_t content;
  SiteId site;
};

std::vector<Page> present_pages(const mem::HostMemory& memory) {
  std::vector<Page> pages;
  for (std::uint32_t m = 0; m < memory.spaces(); ++m) {
    for (const mem::BlockRef& ref : memory.space(MmId{m}).blocks) {
      const mem::BlockBits& there = memory.block(ref.block).anonymous;
      for (std::uint32_t i = there.next(0); i < mem::kBlockPages; i = there.next(i + 1)) {
        const SiteId site{ref.block * mem::kBlockPages + i};
        pages.push_back({memory.content(site), site});
      }
    }
  }
  std::sort(pages.begin(), pages.end(), [&memory](const Page& a, const Page& b) {
    if (a.content != b.content) return a.content < b.content;
    const mem::Mapping of_a = memory.mapping(a.site);
    const mem::Mapping of_b = memory.mapping(b.site);
    return of_a != of_b ? of_a < of_b : a.site < b.site;
  });
  return pages;
}

// Whether page i of a group is physically the one before it.
bool is_shared(const mem::HostMemory& memory, const std::vector<Page>& pages, std::size_t i) {
  const mem::Mapping mapped = memory.mapping(pages[i].site);
  return mem::is_frame(mapped) && mapped == memory.mapping(pages[i - 1].site);
}

// Why an ordinary page, equal to another one, is not merged.
WhyNot why_not(const Machine& machine, const Page& page, bool merged_ones_are_full) {
  const mem::HostMemory& memory = machine.memory();
  if (!memory.space(memory.mm_of(page.site)).mergeable(memory.page_of(page.site))) {
    return WhyNot::not_registered;
  }
  const ksm::RmapItem* item = machine.ksmd().item(page.site);
  if (item == nullptr || item->last_checksum == 0) return WhyNot::not_reached;
  if (item->last_checksum != ksm::checksum(page.content)) return WhyNot::changed;
  if (machine.ksmd().knobs().smart_scan && item->skips_left > 0) return WhyNot::skipped;
  const mem::Mapping mapped = memory.mapping(page.site);
  if (mem::is_frame(mapped) && memory.frame(mapped).mappings > 1) return WhyNot::fork_twin;
  return merged_ones_are_full ? WhyNot::sharing_limit : WhyNot::not_reached;
}

using Reasons = std::array<std::int64_t, results::kWhyNot.size()>;
std::int64_t& of(Reasons& reasons, WhyNot why) { return reasons[static_cast<std::size_t>(why)]; }

// One page of a group that is not merged yet stays: the one whose reason says least.
void keep_one(Reasons& reasons) {
  for (WhyNot why : {WhyNot::not_reached, WhyNot::sharing_limit, WhyNot::fork_twin, WhyNot::skipped,
                     WhyNot::changed, WhyNot::not_registered}) {
    if (of(reasons, why) == 0) continue;
    --of(reasons, why);
    return;
  }
}

// The frames of equal pages [first, end) that could go, by what keeps them.
Reasons reasons_of_group(const Machine& machine, const std::vector<Page>& pages, std::size_t first,
                         std::size_t end) {
  const mem::HostMemory& memory = machine.memory();
  std::int64_t merged = 0;
  bool full = true;  // All KSM pages of the group can take no more.
  for (std::size_t i = first; i < end; ++i) {
    if (i > first && is_shared(memory, pages, i)) continue;
    if (!memory.is_ksm(pages[i].site)) continue;
    ++merged;
    full &= machine.ksmd().is_full(memory, memory.mapping(pages[i].site));
  }
  Reasons reasons{};
  for (std::size_t i = first; i < end; ++i) {
    if (i > first && is_shared(memory, pages, i)) continue;
    if (memory.is_ksm(pages[i].site)) continue;
    ++of(reasons, why_not(machine, pages[i], merged > 0 && full));
  }
  if (merged > 0) {
    of(reasons, WhyNot::sharing_limit) += merged - 1;  // Copies beside the first.
  } else {
    keep_one(reasons);
  }
  return reasons;
}

}  // namespace

results::Duplicates find_duplicates(const Machine& machine) {
  results::Duplicates found;
  const std::vector<Page> pages = present_pages(machine.memory());
  found.possible_pages = machine.memory().totals().ksm_zero_pages;
  for (std::size_t first = 0; first < pages.size();) {
    std::size_t end = first;
    while (end < pages.size() && pages[end].content == pages[first].content) ++end;
    found.possible_pages += static_cast<std::int64_t>(end - first) - 1;
    for (std::size_t i = first + 1; i < end; ++i) {
      // Forks share the rest of an ordinary frame without KSM.
      const bool shared = is_shared(machine.memory(), pages, i);
      if (shared && !machine.memory().is_ksm(pages[i].site)) --found.possible_pages;
    }
    if (end - first > 1) {
      const Reasons reasons = reasons_of_group(machine, pages, first, end);
      for (std::size_t r = 0; r < reasons.size(); ++r) found.unmerged_pages[r] += reasons[r];
    }
    first = end;
  }
  return found;
}

}  // namespace ksmsim::host
