// The part of DullKsm that happens to pages from outside: swap, and moves between NUMA nodes.
#include <algorithm>

#include "tests/reference/dull_ksm.hpp"

namespace ksmsim::reference {

std::vector<DullKsm::Mapping> DullKsm::mappings_of(const Page& page) {
  std::vector<Mapping> mappings;
  for (const auto& [number, mm] : mms_) {
    for (const auto& [at, site] : mm->sites) {
      if (site.page.get() == &page) mappings.push_back({mm.get(), at});
    }
  }
  return mappings;
}

// A KSM page is found through its items, where they are and in forks from there.
bool DullKsm::kernel_finds(const Mapping& mapping, const Page& page) {
  if (!page.ksm) return true;
  if (page.node == nullptr) return false;
  const auto finds = [&mapping](const Item* item) {
    if (item->at != mapping.at) return false;
    const Mm* mm = mapping.mm;
    while (mm != nullptr && mm != item->mm) mm = mm->parent.get();
    return mm != nullptr;
  };
  return std::any_of(page.node->items.begin(), page.node->items.end(), finds);
}

// ---- Swap.

void DullKsm::carry_out(const input::SwapOut& op) {
  Mm& mm = living(op.range.mm);
  for (std::uint64_t at = op.range.start.value; at < op.range.end().value; ++at) {
    const auto site = mm.sites.find(at);
    if (site == mm.sites.end() || site->second.holds != Holds::page) continue;
    const PagePtr page = site->second.page;
    if (is_pinned(*page) || mappings_of(*page).size() != 1) continue;
    if (page->huge != nullptr && !holds_all_of(mm, op.range, *page)) split(*page);
    swap_out(page);
  }
}

void DullKsm::carry_out(const input::SwapAll&) {
  for (const auto& [number, mm] : mms_) {
    for (auto& [at, site] : mm->sites) {
      const PagePtr page = site.page;
      if (page == nullptr) continue;
      if (page->huge != nullptr && parts_of(*page).size() < kBlockPages) split(*page);
      swap_out(page);
    }
  }
  for (const auto& [number, mm] : mms_) {
    for (auto& [at, site] : mm->sites) {
      if (site.holds != Holds::swapped || site.slot->cached == nullptr) continue;
      if (mappings_of(*site.slot->cached).empty()) site.slot->cached = nullptr;
    }
  }
}

void DullKsm::carry_out(const input::SwapIn& op) {
  Mm& mm = living(op.range.mm);
  for (std::uint64_t at = op.range.start.value; at < op.range.end().value; ++at) {
    const auto site = mm.sites.find(at);
    if (site != mm.sites.end() && site->second.holds == Holds::swapped) swap_in(mm, at);
  }
}

// Whether all of a huge page is in the range. Otherwise it is split before it goes to swap.
bool DullKsm::holds_all_of(const Mm& mm, const input::PageRange& range, const Page& part) {
  std::uint64_t parts = 0;
  for (auto at = mm.sites.lower_bound(range.start.value);
       at != mm.sites.end() && at->first < range.end().value; ++at) {
    if (at->second.page != nullptr && at->second.page->huge == part.huge) ++parts;
  }
  return parts == kBlockPages;
}

// All sites of the page are swapped out; but for those that the kernel does not find, for which the
// page stays, in the swap cache. A pinned page stays.
void DullKsm::swap_out(const PagePtr& page) {
  if (is_pinned(*page)) return;
  if (page->huge != nullptr) {  // It goes whole, but will be 512 pages.
    const auto parts = parts_of(*page);
    for (const PagePtr& part : parts) part->huge = nullptr;
    for (const PagePtr& part : parts) swap_out(part);
    return;
  }
  auto slot = page->slot.lock();
  if (slot == nullptr) slot = std::make_shared<Slot>(Slot{page->content});
  bool stays = false;
  for (const Mapping& mapping : mappings_of(*page)) {
    if (kernel_finds(mapping, *page)) {
      cut_block(*mapping.mm, mapping.at);
      mapping.mm->sites.at(mapping.at) = Site{Holds::swapped, nullptr, slot};
    } else {
      stays = true;
    }
  }
  slot->cached = stays ? page : nullptr;
  page->slot = slot;
}

void DullKsm::swap_in(Mm& mm, std::uint64_t at) {
  Site& site = mm.sites.at(at);
  const std::shared_ptr<Slot> slot = site.slot;
  site = Site{};  // One site less is out there.
  const bool others = slot.use_count() > 1;
  PagePtr page = slot->cached;
  if (page == nullptr) {
    page = new_page(mm, at, slot->content);
    page->family = mm.family;
    page->at = at;
    if (others) {
      slot->cached = page;
      page->slot = slot;
    }
  } else {
    const bool fits = page->ksm ? page->node != nullptr && knobs_.run != 2
                                : page->family == mm.family && page->at == at;
    if (!fits) {
      page = new_page(mm, at, slot->content);
      ++ksm_swpin_copy_;
    }
  }
  site = Site{Holds::page, page};
}

// ---- NUMA nodes.

void DullKsm::carry_out(const input::SetNode& op) {
  Mm& mm = living(op.range.mm);
  const std::uint64_t start = op.range.start.value, end = op.range.end().value;
  cut_regions(mm, start);
  cut_regions(mm, end);
  for (auto at = mm.regions.lower_bound(start); at != mm.regions.end() && at->first < end; ++at) {
    at->second.numa_node = op.node.value;
  }
}

void DullKsm::carry_out(const input::Move& op) {
  const Mm& mm = living(op.range.mm);
  for (std::uint64_t at = op.range.start.value; at < op.range.end().value; ++at) {
    const auto site = mm.sites.find(at);
    if (site == mm.sites.end() || site->second.holds != Holds::page) continue;
    if (can_move(*site->second.page)) put_on_node(*site->second.page, op.node);
  }
}

bool DullKsm::can_move(const Page& page) {
  const auto found = [&page](const Mapping& mapping) { return kernel_finds(mapping, page); };
  const auto mappings = mappings_of(page);
  return !is_pinned(page) && std::all_of(mappings.begin(), mappings.end(), found);
}

// A huge page is all in one place.
void DullKsm::put_on_node(Page& page, NumaNode node) {
  page.numa_node = node.value;
  for (const PagePtr& part : parts_of(page)) part->numa_node = node.value;
}

}  // namespace ksmsim::reference
