// The part of DullKsm that goes over the memory: batches, passes, which page is next.
#include <algorithm>

#include "tests/reference/dull_ksm.hpp"

namespace ksmsim::reference {

void DullKsm::scan_batch() {
  for (std::uint64_t i = 0; i < knobs_.pages_to_scan; ++i) {
    Item* item = next_item();
    if (item == nullptr) return;
    process(*item);
    ++counters_.pages_scanned;
  }
}

void DullKsm::begin_pass() {
  if (knobs_.merge_across_nodes == 0) {
    for (auto node = migrate_.begin(); node != migrate_.end();) alive(**node++);
  }
  for (auto& [number, tree] : unstable_) tree.clear();
  cursor_ = ring_.begin();
  enter_mm();
}

// The item of the next page to process, or nothing at the end of the pass.
Item* DullKsm::next_item() {
  if (ring_.empty()) return nullptr;
  if (cursor_ == ring_.end()) begin_pass();
  for (;;) {
    if (Item* item = next_item_of(**cursor_)) return item;
    leave_mm();
    if (cursor_ == ring_.end()) {
      ++counters_.full_scans;
      return nullptr;
    }
    enter_mm();
  }
}

void DullKsm::enter_mm() {
  cursor_at_ = 0;
  met_mergeable_ = false;
  position_ = (*cursor_)->items.begin();
}

// Destroys the items that were not come by, and drops an address space with nothing mergeable.
void DullKsm::leave_mm() {
  Mm& mm = **cursor_;
  if (mm.exited) position_ = mm.items.begin();
  while (position_ != mm.items.end()) position_ = destroy(position_);
  if (mm.exited || !met_mergeable_) {
    mm.registered = false;
    cursor_ = ring_.erase(cursor_);
  } else {
    ++cursor_;
  }
}

Item* DullKsm::next_item_of(Mm& mm) {
  for (const auto& [start, region] : mm.regions) {
    if (!region.mergeable || region.end <= cursor_at_) continue;
    met_mergeable_ = true;
    auto site = mm.sites.lower_bound(std::max(start, cursor_at_));
    for (; site != mm.sites.end() && site->first < region.end; ++site) {
      if (site->second.holds != Holds::page) continue;
      Item& item = item_at(mm, site->first);
      cursor_at_ = site->first + 1;
      if (!skip(item, *site->second.page)) return &item;
    }
    cursor_at_ = region.end;
  }
  return nullptr;
}

// The item of a page, a fresh one if there is none; destroys those before it.
Item& DullKsm::item_at(Mm& mm, std::uint64_t at) {
  while (position_ != mm.items.end() && position_->at < at) position_ = destroy(position_);
  if (position_ != mm.items.end() && position_->at == at) return *position_++;
  Item& item = *mm.items.emplace(position_);
  item.mm = &mm;
  item.at = at;
  ++mm.stat.rmap_items;
  ++counters_.rmap_items;
  return item;
}

// Smart scan: pages that did not merge often enough are skipped now and then.
bool DullKsm::skip(Item& item, const Page& page) {
  if (!knobs_.smart_scan || page.ksm) return false;
  if (kernel_.merged_items_forget && item.state == State::stable) return false;
  const unsigned age = item.age;
  if (age < 255) ++item.age;
  if (age < 3) return false;
  if (item.remaining_skips == 0) {
    item.remaining_skips = age <= 3 ? 1 : age <= 5 ? 2 : age <= 8 ? 4 : 8;
    return false;
  }
  ++counters_.pages_skipped;
  --item.remaining_skips;
  take_out(item);
  return true;
}

std::list<Item>::iterator DullKsm::destroy(std::list<Item>::iterator item) {
  take_out(*item);
  --item->mm->stat.rmap_items;
  --counters_.rmap_items;
  return item->mm->items.erase(item);
}

}  // namespace ksmsim::reference
