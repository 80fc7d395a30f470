// The part of DullKsm that is huge pages and pins. A huge page is 512 pages that know of each
// other.
#include <algorithm>

#include "tests/reference/dull_ksm.hpp"

namespace ksmsim::reference {
namespace {

// What khugepaged takes, in pages of a block.
constexpr std::size_t kMostShared = 256;
constexpr std::size_t kMostSwapped = 64;

}  // namespace

// ---- Made.

void DullKsm::carry_out(const input::Huge& op) {
  Mm& mm = living(op.range.mm);
  if (op.huge == input::Switch::on) return collapse(mm, op.range, Collapser::advice);
  for (std::uint64_t at = op.range.start.value; at < op.range.end().value; ++at) {
    const auto site = mm.sites.find(at);
    if (site == mm.sites.end() || site->second.page == nullptr) continue;
    const PagePtr page = site->second.page;
    if (page->huge != nullptr) split(*page);
  }
}

void DullKsm::carry_out(const input::Collapse& op) {
  collapse(living(op.range.mm), op.range, Collapser::khugepaged);
}

void DullKsm::collapse(Mm& mm, const input::PageRange& range, Collapser by) {
  const std::uint64_t first = (range.start.value + kBlockPages - 1) / kBlockPages;
  for (std::uint64_t block = first; (block + 1) * kBlockPages <= range.end().value; ++block) {
    if (can_collapse(mm, block, by)) collapse_block(mm, block);
  }
}

bool DullKsm::can_collapse(const Mm& mm, std::uint64_t block, Collapser by) {
  if (mm.whole_blocks.contains(block)) return false;
  const std::uint64_t start = block * kBlockPages, end = start + kBlockPages;
  const Region* first = region_of(mm, start);
  for (std::uint64_t at = start; at < end; ++at) {
    const Region* region = region_of(mm, at);
    if (first == nullptr || region == nullptr || region->mergeable != first->mergeable ||
        region->numa_node != first->numa_node) {
      return false;
    }
  }
  std::size_t present = 0, shared = 0, swapped = 0, touched = 0, writable = 0, zeros = 0;
  std::map<const Page*, int> mappings;  // Of the pages of the block.
  for (auto at = mm.sites.lower_bound(start); at != mm.sites.end() && at->first < end; ++at) {
    const Site& site = at->second;
    if (site.holds == Holds::swapped) ++swapped;
    if (site.page == nullptr) ++zeros;
    if (site.page == nullptr) continue;
    ++present;
    if (site.touched || site.page->ksm) ++touched;
    if (site.writable) ++writable;
    if (is_pinned(*site.page)) return false;
    mappings[site.page.get()] = 0;
  }
  for (const auto& [number, other] : mms_) {
    for (const auto& [at, site] : other->sites) {
      const auto found = mappings.find(site.page.get());
      if (found != mappings.end() && ++found->second == 2) ++shared;
    }
  }
  // (Where there is nothing at all, a huge page is made as by a fault.)
  const bool empty = present + swapped + zeros == 0;
  if (kernel_.huge_needs_writable && writable == 0 && !empty) return false;
  if (by == Collapser::advice) return true;
  if (touched == 0 || (swapped > 0 && touched < kBlockPages / 2)) return false;
  return shared <= kMostShared && swapped <= kMostSwapped;
}

// What is in swap comes back first, and stays if nothing comes of it: a KSM page at two sites of
// the block is in the way. What is absent, or a page of zeros by whomever, becomes zeros of the
// huge page, which comes from the node that most of its pages are on; of several, from the first.
void DullKsm::collapse_block(Mm& mm, std::uint64_t block) {
  const std::uint64_t start = block * kBlockPages, end = start + kBlockPages;
  bool twice = false;
  std::map<unsigned, int> pages_on;  // By node.
  std::set<const Page*> ksm_pages;
  for (auto at = mm.sites.lower_bound(start); at != mm.sites.end() && at->first < end; ++at) {
    const Site& site = at->second;
    if (site.holds == Holds::swapped) swap_in(mm, at->first);
    if (site.page != nullptr) ++pages_on[site.page->numa_node];
    if (site.page != nullptr && site.page->ksm) {
      twice = !ksm_pages.insert(site.page.get()).second || twice;
    }
  }
  if (twice) return;
  const auto fewer = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto most = std::max_element(pages_on.begin(), pages_on.end(), fewer);
  const unsigned numa_node = most == pages_on.end() ? region_of(mm, start)->numa_node : most->first;
  const auto huge = std::make_shared<const HugePage>();
  for (std::uint64_t at = start; at < end; ++at) {
    Site& site = mm.sites.emplace(at, Site{Holds::kernel_zero}).first->second;
    if (site.holds == Holds::ksm_zero) {
      --mm.stat.zero_pages;
      --counters_.ksm_zero_pages;
    }
    const std::uint64_t content = site.page == nullptr ? 0 : site.page->content;
    const PagePtr page = std::make_shared<Page>(Page{content, numa_node});
    page->huge = huge;
    site = Site{Holds::page, page};
    site.writable = true;
  }
  mm.whole_blocks.insert(block);
}

// ---- Split.

// The pages of the huge page of which this one is a part, as far as a site maps them. None if it is
// a small page.
std::vector<PagePtr> DullKsm::parts_of(const Page& part) {
  std::vector<PagePtr> parts;
  std::set<const Page*> seen;
  if (part.huge == nullptr) return parts;
  for (const auto& [number, mm] : mms_) {
    for (const auto& [at, site] : mm->sites) {
      if (site.page == nullptr || site.page->huge != part.huge) continue;
      if (seen.insert(site.page.get()).second) parts.push_back(site.page);
    }
  }
  return parts;
}

// Splits the huge page of which this page is a part, for all that map it. Whether that is possible.
bool DullKsm::split(const Page& part) {
  if (is_pinned(part)) return false;
  const auto huge = part.huge;
  const auto parts = parts_of(part);
  for (const auto& [number, mm] : mms_) {
    for (auto& [at, site] : mm->sites) {
      if (site.page == nullptr || site.page->huge != huge) continue;
      cut_block(*mm, at);
      if (kernel_.split_frees_zeros && site.page->content == 0) site = Site{Holds::kernel_zero};
    }
  }
  for (const PagePtr& page : parts) page->huge = nullptr;
  return true;
}

// ---- Pins.

// A page is pinned for writing: it is there then, and nobody else's.
void DullKsm::carry_out(const input::Pin& op) {
  Mm& mm = living(op.range.mm);
  for (std::uint64_t at = op.range.start.value; at < op.range.end().value; ++at) {
    if (op.pinned == input::Switch::off) {
      mm.pins.erase(at);
    } else {
      Site& site = mm.sites.emplace(at, Site{Holds::kernel_zero}).first->second;
      if (site.holds == Holds::swapped) swap_in(mm, at);
      write(mm, at, site.page == nullptr ? 0 : site.page->content);
      // Whoever pins a page lets go of what he pinned there before.
      mm.pins.erase(at);
      mm.pins.emplace(at, site.page);
    }
  }
}

// How many pins hold this very page.
long DullKsm::pins_of(const Page& page) const {
  long pins = 0;
  for (const auto& [number, mm] : mms_) {
    for (const auto& [at, pinned] : mm->pins) pins += pinned.get() == &page ? 1 : 0;
  }
  return pins;
}

// Whether it, or a page of the same huge page, is pinned.
bool DullKsm::is_pinned(const Page& page) const {
  const auto holds = [&page](const auto& pin) {
    return pin.second.get() == &page || (page.huge != nullptr && pin.second->huge == page.huge);
  };
  return std::any_of(mms_.begin(), mms_.end(), [&holds](const auto& entry) {
    const auto& pins = entry.second->pins;
    return std::any_of(pins.begin(), pins.end(), holds);
  });
}

// A child has its parent's pages, but of what is pinned it gets copies, of small pages.
void DullKsm::share_with_child(Mm& parent, Mm& child) {
  for (auto& [at, site] : child.sites) {
    if (site.page == nullptr) continue;
    if (is_pinned(*site.page)) {
      cut_block(parent, at);
      cut_block(child, at);
      site = Site{Holds::page, new_page(child, at, site.page->content)};
      site.writable = true;
    } else {
      site.touched = site.writable = parent.sites.at(at).writable = false;
    }
  }
}

}  // namespace ksmsim::reference
