#include "tests/reference/dull_ksm.hpp"

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/base/mix.hpp"

namespace ksmsim::reference {
namespace {

// 0 is what an item starts with: no page has it.
std::uint32_t checksum(std::uint64_t content) {
  const auto low = static_cast<std::uint32_t>(mix64(content));
  return low == 0 ? 1 : low;
}

}  // namespace

// ---- The scan.

void DullKsm::scan_batch() {
  for (std::uint64_t i = 0; i < knobs_.pages_to_scan; ++i) {
    Item* item = next_item();
    if (item == nullptr) return;
    process(*item);
    ++counters_.pages_scanned;
  }
}

// The item of the next page to process, or nothing at the end of the pass.
DullKsm::Item* DullKsm::next_item() {
  if (ring_.empty()) return nullptr;
  if (cursor_ == ring_.end()) {  // A pass begins.
    unstable_.clear();
    cursor_ = ring_.begin();
    enter_mm();
  }
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

DullKsm::Item* DullKsm::next_item_of(Mm& mm) {
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
DullKsm::Item& DullKsm::item_at(Mm& mm, std::uint64_t at) {
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

void DullKsm::process(Item& item) {
  Site& site = item.mm->sites.at(item.at);
  const PagePtr page = site.page;
  if (page->node != nullptr) {
    if (item.state == State::stable && item.head == page->node) return;
  } else {
    take_out(item);
    const std::uint32_t sum = checksum(page->content);
    if (item.old_checksum != sum) {
      item.old_checksum = sum;
      return;
    }
    if (knobs_.use_zero_pages && page->content == 0 && !page->ksm) {
      site = Site{Holds::ksm_zero, nullptr};
      ++item.mm->stat.zero_pages;
      ++counters_.ksm_zero_pages;
      return;
    }
  }
  StableNode* node = search_stable(*page);
  take_out(item);
  if (node == nullptr) {
    search_unstable(item);
  } else if (node == page->node || !page->ksm) {
    site.page = node->page.lock();
    append(item, *node);
  }
}

void DullKsm::search_unstable(Item& item) {
  const PagePtr page = item.mm->sites.at(item.at).page;
  TreeNode* parent = nullptr;
  auto side = DullTree::Side::left;
  for (TreeNode* at = unstable_.root(); at != nullptr;) {
    Item& other = static_cast<Item&>(*at);
    const PagePtr other_page = mergeable_page(*other.mm, other.at);
    if (other_page == nullptr || other_page == page) return;  // Gives up.
    if (page->content == other_page->content) return merge_pair(item, other);
    parent = at;
    side = page->content < other_page->content ? DullTree::Side::left : DullTree::Side::right;
    at = side == DullTree::Side::left ? at->left : at->right;
  }
  unstable_.insert(item, parent, side);
  item.state = State::unstable;
  item.pass = counters_.full_scans;
  ++counters_.pages_unshared;
}

// The item's page becomes a KSM page where it is, and the partner's site maps it too.
void DullKsm::merge_pair(Item& item, Item& partner) {
  const PagePtr page = item.mm->sites.at(item.at).page;
  Site& partner_site = partner.mm->sites.at(partner.at);
  if (page->ksm) return;
  page->ksm = true;
  if (partner_site.page->ksm) {
    make_private(*item.mm, item.at, page->content);  // Undone.
    return;
  }
  take_out(partner);
  partner_site.page = page;
  StableNode& node = insert_stable(page);
  append(partner, node);
  append(item, node);
}

// ---- Items, nodes and the stable tree.

std::list<DullKsm::Item>::iterator DullKsm::destroy(std::list<Item>::iterator item) {
  take_out(*item);
  --item->mm->stat.rmap_items;
  --counters_.rmap_items;
  return item->mm->items.erase(item);
}

// Takes an item out of whatever it is in.
void DullKsm::take_out(Item& item) {
  if (item.state == State::unstable) {
    const std::int64_t passes_since = counters_.full_scans - item.pass;
    KSM_CHECK(passes_since == 0 || passes_since == 1);
    if (passes_since == 0) unstable_.erase(item);  // Else that tree is no more.
    --counters_.pages_unshared;
  } else if (item.state == State::stable && alive(*item.head)) {
    item.head->items.remove(&item);
    --(item.head->items.empty() ? counters_.pages_shared : counters_.pages_sharing);
    --item.mm->stat.merging_pages;
  }
  item.state = State::none;
}

void DullKsm::append(Item& item, StableNode& node) {
  ++(node.items.empty() ? counters_.pages_shared : counters_.pages_sharing);
  ++item.mm->stat.merging_pages;
  node.items.push_front(&item);
  item.state = State::stable;
  item.head = &node;
}

DullKsm::StableNode& DullKsm::new_node() {
  nodes_.emplace_front();
  nodes_.front().self = nodes_.begin();
  return nodes_.front();
}

// Removes a stale node from its place, and its items from it.
void DullKsm::remove_node(StableNode& node) {
  for (Item* item : node.items) {
    item->state = State::none;
    --item->mm->stat.merging_pages;
  }
  if (!node.items.empty()) {
    --counters_.pages_shared;
    counters_.pages_sharing -= static_cast<std::int64_t>(node.items.size()) - 1;
  }
  if (node.chain != nullptr) {
    node.chain->dups.remove(&node);
    --counters_.stable_node_dups;
  } else {
    stable_.erase(node);
  }
  nodes_.erase(node.self);
}

// Whether the page of a node lives; removes the node if not.
bool DullKsm::alive(StableNode& node) {
  if (!node.page.expired()) return true;
  remove_node(node);
  return false;
}

bool DullKsm::has_room(const StableNode& node) const {
  return !node.items.empty() && node.items.size() < knobs_.max_page_sharing;
}

// What a walk that comes to a place in the stable tree makes of it.
DullKsm::Found DullKsm::look_at(StableNode& place, Prune prune) {
  if (place.is_chain) return look_at_chain(place, prune);
  return alive(place) ? Found{&place, &place} : Found{};
}

DullKsm::Found DullKsm::look_at_chain(StableNode& chain, Prune prune) {
  const bool full = prune == Prune::yes && knobs_.prune_millisecs == 0;
  StableNode* found = nullptr;
  for (auto at = chain.dups.begin(); at != chain.dups.end();) {
    StableNode& dup = **at++;
    if (!alive(dup)) continue;
    if (found == nullptr ||
        (has_room(dup) && (!has_room(*found) || dup.items.size() > found->items.size()))) {
      found = &dup;
      if (!full && has_room(dup)) break;
    }
  }
  if (found == nullptr) {
    stable_.erase(chain);
    --counters_.stable_node_chains;
    nodes_.erase(chain.self);
    return {};
  }
  if (chain.dups.size() == 1) {  // The chain collapses.
    stable_.replace(chain, *found);
    found->chain = nullptr;
    --counters_.stable_node_chains;
    --counters_.stable_node_dups;
    nodes_.erase(chain.self);
    return {found, found};
  }
  if (!found->items.empty() && found->items.size() + 1 < knobs_.max_page_sharing) {
    chain.dups.remove(found);
    chain.dups.push_front(found);
  }
  return {&chain, found};
}

// The node that a page can join, or nothing.
DullKsm::StableNode* DullKsm::search_stable(const Page& page) {
  if (page.node != nullptr) return page.node;
  for (TreeNode* at = stable_.root(); at != nullptr;) {
    const Found found = look_at(static_cast<StableNode&>(*at), Prune::yes);
    if (found.node == nullptr) {
      at = stable_.root();
      continue;
    }
    const std::uint64_t content = found.node->page.lock()->content;
    if (page.content == content) return has_room(*found.node) ? found.node : nullptr;
    at = page.content < content ? found.place->left : found.place->right;
  }
  return nullptr;
}

// Puts the node of a new KSM page into the tree, in a chain if there are equal pages already.
DullKsm::StableNode& DullKsm::insert_stable(const PagePtr& page) {
  StableNode& fresh = new_node();
  fresh.page = page;
  page->node = &fresh;
  TreeNode* parent = nullptr;
  auto side = DullTree::Side::left;
  for (TreeNode* at = stable_.root(); at != nullptr;) {
    const Found found = look_at(static_cast<StableNode&>(*at), Prune::no);
    if (found.node == nullptr) {
      at = stable_.root();
      parent = nullptr;
      continue;
    }
    const std::uint64_t content = found.node->page.lock()->content;
    if (page->content == content) {
      StableNode* chain = found.place;
      if (!chain->is_chain) {
        chain = &new_node();
        chain->is_chain = true;
        stable_.replace(*found.node, *chain);
        chain->dups.push_front(found.node);
        found.node->chain = chain;
        ++counters_.stable_node_chains;
        ++counters_.stable_node_dups;
      }
      chain->dups.push_front(&fresh);
      fresh.chain = chain;
      ++counters_.stable_node_dups;
      return fresh;
    }
    parent = found.place;
    side = page->content < content ? DullTree::Side::left : DullTree::Side::right;
    at = side == DullTree::Side::left ? parent->left : parent->right;
  }
  stable_.insert(fresh, parent, side);
  return fresh;
}

}  // namespace ksmsim::reference
