// The part of DullKsm that is what guests do.
#include <algorithm>
#include <variant>

#include "sim/base/check.hpp"
#include "tests/reference/dull_ksm.hpp"

namespace ksmsim::reference {

Answer DullKsm::apply(const input::Operation& operation) {
  if (const auto* knob = std::get_if<input::SetKnob>(&operation)) return set_knob(*knob);
  if (std::holds_alternative<input::OptIn>(operation) && !kernel_.opt_in) return Answer::invalid;
  const bool was_empty = ring_.empty();
  std::visit([this](const auto& op) { carry_out(op); }, operation);
  // The first registration of all wakes ksmd if it waits for work.
  if (was_empty && has_work() && sleep_ == Sleep::parked) take_turn();
  return Answer::taken;
}

void DullKsm::carry_out(const input::Begin& op) {
  const auto mm = std::make_shared<Mm>();
  mm->family = families_++;
  mms_.emplace(op.mm.value, mm);
}

void DullKsm::carry_out(const input::Fork& op) {
  const Mm& parent = living(op.parent);
  const auto child = std::make_shared<Mm>();
  child->parent = mms_.at(op.parent.value);
  child->family = parent.family;
  child->regions = parent.regions;
  child->sites = parent.sites;
  child->whole_blocks = parent.whole_blocks;
  child->whole_blocks = parent.whole_blocks;
  child->merge_any = parent.merge_any;
  child->stat.zero_pages = parent.stat.zero_pages;
  if (kernel_.child_inherits_numbers) {
    child->stat = parent.stat;
  } else {
    counters_.ksm_zero_pages += parent.stat.zero_pages;
  }
  share_with_child(living(op.parent), *child);
  mms_.emplace(op.child.value, child);
  if (parent.registered) enter_ring(child);
}

void DullKsm::carry_out(const input::End& op) {
  const std::shared_ptr<Mm> mm = mms_.at(op.mm.value);
  mms_.erase(op.mm.value);
  mm->exited = true;
  mm->regions.clear();
  mm->pins.clear();
  drop_sites(*mm, 0, kPageIndexEnd);
  const auto slot = std::find(ring_.begin(), ring_.end(), mm);
  if (slot == ring_.end() || slot == cursor_) return;
  if (mm->items.empty()) {
    ring_.erase(slot);
  } else {
    // The scan deals with it next.
    ring_.splice(cursor_ == ring_.end() ? ring_.begin() : std::next(cursor_), ring_, slot);
  }
}

void DullKsm::carry_out(const input::Map& op) {
  Mm& mm = living(op.range.mm);
  const std::uint64_t start = op.range.start.value, end = op.range.end().value;
  mm.regions[start] = Region{end};
  if (op.mergeable == input::Mergeable::yes || mm.merge_any) set_mergeable(mm, start, end, true);
}

void DullKsm::carry_out(const input::Unmap& op) {
  Mm& mm = living(op.range.mm);
  const std::uint64_t start = op.range.start.value, end = op.range.end().value;
  cut_regions(mm, start);
  cut_regions(mm, end);
  mm.regions.erase(mm.regions.lower_bound(start), mm.regions.lower_bound(end));
  drop_sites(mm, start, end);
}

void DullKsm::carry_out(const input::Advise& op) {
  set_mergeable(living(op.range.mm), op.range.start.value, op.range.end().value,
                op.mergeable == input::Mergeable::yes);
}

void DullKsm::carry_out(const input::OptIn& op) {
  Mm& mm = living(op.mm);
  const bool on = op.merge_any == input::Switch::on;
  if (mm.merge_any == on) return;
  mm.merge_any = on;
  if (on) enter_ring(mms_.at(op.mm.value));
  set_mergeable(mm, 0, kPageIndexEnd, on);
}

void DullKsm::carry_out(const input::Write& op) {
  Mm& mm = living(op.range.mm);
  for (std::uint64_t i = 0; i < op.range.count.value; ++i) {
    write(mm, op.range.start.value + i, op.contents.of(i));
  }
}

void DullKsm::carry_out(const input::Read& op) {
  Mm& mm = living(op.range.mm);
  for (std::uint64_t at = op.range.start.value; at < op.range.end().value; ++at) {
    const auto site = mm.sites.emplace(at, Site{Holds::kernel_zero}).first;
    if (site->second.holds == Holds::swapped) swap_in(mm, at);
    site->second.touched = true;
  }
}

void DullKsm::carry_out(const input::Discard& op) {
  drop_sites(living(op.range.mm), op.range.start.value, op.range.end().value);
}

// Makes a border between regions at a page, if it is inside of one.
void DullKsm::cut_regions(Mm& mm, std::uint64_t at) {
  auto next = mm.regions.upper_bound(at);
  if (next == mm.regions.begin()) return;
  Region& region = std::prev(next)->second;
  if (std::prev(next)->first == at || region.end <= at) return;
  if (at % kBlockPages != 0) cut_block(mm, at);
  mm.regions[at] = region;
  region.end = at;
}

// From now on the process maps the pages of this block one by one.
void DullKsm::cut_block(Mm& mm, std::uint64_t at) { mm.whole_blocks.erase(at / kBlockPages); }

void DullKsm::set_mergeable(Mm& mm, std::uint64_t start, std::uint64_t end, bool mergeable) {
  cut_regions(mm, start);
  cut_regions(mm, end);
  for (auto at = mm.regions.lower_bound(start); at != mm.regions.end() && at->first < end; ++at) {
    Region& region = at->second;
    if (region.mergeable == mergeable) continue;
    region.mergeable = mergeable;
    if (!mergeable) unmerge(mm, at->first, region.end);
    if (mergeable && !mm.registered) {
      enter_ring(std::find_if(mms_.begin(), mms_.end(), [&mm](const auto& entry) {
                   return entry.second.get() == &mm;
                 })->second);
    }
  }
}

PagePtr DullKsm::new_page(const Mm& mm, std::uint64_t at, std::uint64_t content) {
  return std::make_shared<Page>(Page{content, region_of(mm, at)->numa_node});
}

void DullKsm::write(Mm& mm, std::uint64_t at, std::uint64_t content) {
  Site& site = mm.sites[at];
  if (site.holds == Holds::swapped) swap_in(mm, at);
  // The swap cache holds a page too, as long as another site has it in swap.
  const bool sole = site.page != nullptr && site.page.use_count() == 1 + pins_of(*site.page);
  if (kernel_.sole_mapper_reuses && sole && site.page->node != nullptr) {
    site.page->node->page.reset();  // It is stale now.
    site.page->node = nullptr;
    site.page->ksm = false;
  }
  if (site.page == nullptr || site.page->ksm) {
    unshare(mm, at);
  } else if (!sole) {
    cut_block(mm, at);
    site.page = new_page(mm, at, content);
  }
  site.page->content = content;
  site.touched = site.writable = true;
}

// A site that maps a KSM page or one of zeros, or nothing, maps a page of its own.
void DullKsm::unshare(Mm& mm, std::uint64_t at) {
  Site& site = mm.sites[at];
  if (site.holds == Holds::ksm_zero) {
    --mm.stat.zero_pages;
    --counters_.ksm_zero_pages;
  }
  if (site.page != nullptr) ++cow_ksm_;
  site = Site{Holds::page, new_page(mm, at, site.page == nullptr ? 0 : site.page->content)};
  site.writable = kernel_.unmerged_is_writable;
}

void DullKsm::drop_sites(Mm& mm, std::uint64_t start, std::uint64_t end) {
  auto at = mm.sites.lower_bound(start);
  while (at != mm.sites.end() && at->first < end) {
    if (at->second.holds == Holds::ksm_zero) {
      --mm.stat.zero_pages;
      --counters_.ksm_zero_pages;
    }
    cut_block(mm, at->first);
    at = mm.sites.erase(at);
  }
}

void DullKsm::unmerge(Mm& mm, std::uint64_t start, std::uint64_t end) {
  for (auto at = mm.sites.lower_bound(start); at != mm.sites.end() && at->first < end; ++at) {
    const Site& site = at->second;
    const bool shared = site.page != nullptr && site.page->ksm;
    if (shared || site.holds == Holds::ksm_zero) unshare(mm, at->first);
  }
}

void DullKsm::enter_ring(const std::shared_ptr<Mm>& mm) {
  if (mm->registered) return;
  mm->registered = true;
  ring_.insert(knobs_.run == 2 ? ring_.end() : cursor_, mm);
}

const Region* DullKsm::region_of(const Mm& mm, std::uint64_t at) {
  const auto next = mm.regions.upper_bound(at);
  if (next == mm.regions.begin()) return nullptr;
  const Region& region = std::prev(next)->second;
  return at < region.end ? &region : nullptr;
}

// The page that a site maps if the scan may have it, or nothing.
PagePtr DullKsm::mergeable_page(const Mm& mm, std::uint64_t at) {
  const Region* region = region_of(mm, at);
  if (region == nullptr || !region->mergeable) return nullptr;
  const auto site = mm.sites.find(at);
  return site == mm.sites.end() ? nullptr : site->second.page;
}

}  // namespace ksmsim::reference
