// The part of DullKsm that decides what becomes of a page.
#include "tests/reference/dull_ksm.hpp"

#include "sim/base/check.hpp"
#include "sim/base/mix.hpp"

namespace ksmsim::reference {

// 0 is what an item starts with: no page has it.
std::uint32_t DullKsm::checksum(std::uint64_t content) {
  const auto low = static_cast<std::uint32_t>(mix64(content));
  return low == 0 ? 1 : low;
}

// The number of the trees that a page belongs into.
unsigned DullKsm::tree_of(const Page& page) const {
  return knobs_.merge_across_nodes == 1 ? 0 : page.numa_node;
}

void DullKsm::process(Item& item) {
  if (kernel_.third_page) return process_first(item);
  Site& site = item.mm->sites.at(item.at);
  const PagePtr page = site.page;
  const auto on_its_node = [&] { return item.state == State::stable && item.head == page->node; };
  if (StableNode* node = page->node; node != nullptr) {
    if (!node->migrating && node->tree != tree_of(*page)) {
      take_from_place(*node);
      put_to_migrate(*node);
    }
    if (!node->migrating && on_its_node()) return;
  } else if (!kernel_.search_before_checksum) {
    take_out(item);
    if (is_settled_alone(item, page)) return;
  }
  StableNode* const found = search_stable(*page);
  if (found != nullptr && found == page->node && on_its_node()) return;
  take_out(item);
  if (found == nullptr) {
    if (kernel_.search_before_checksum && is_settled_alone(item, page)) return;
    if (Item* partner = search_unstable(item, page)) merge_pair(item, page, *partner);
  } else if (found == page->node || can_replace(item, page)) {
    site = Site{Holds::page, found->page.lock()};
    append(item, *found);
  }
}

// Whether no other page is needed to decide: the page has changed, or is one of zeros.
bool DullKsm::is_settled_alone(Item& item, const PagePtr& page) {
  const std::uint32_t sum = checksum(page->content);
  if (item.old_checksum != sum) {
    item.old_checksum = sum;
    return true;
  }
  if (!knobs_.use_zero_pages || page->content != 0 || !can_replace(item, page)) return false;
  item.mm->sites.at(item.at) =
      Site{kernel_.zero_pages_counted ? Holds::ksm_zero : Holds::kernel_zero};
  if (kernel_.zero_pages_counted) {
    ++item.mm->stat.zero_pages;
    ++counters_.ksm_zero_pages;
  }
  return true;
}

// The item of an equal page. Otherwise nothing: the item is put into the tree, or the search gives
// up.
Item* DullKsm::search_unstable(Item& item, const PagePtr& page) {
  const unsigned number = tree_of(*page);
  TreeNode* parent = nullptr;
  auto side = DullTree::Side::left;
  for (TreeNode* at = unstable_[number].root(); at != nullptr;) {
    Item& other = static_cast<Item&>(*at);
    const PagePtr other_page = mergeable_page(*other.mm, other.at);
    if (other_page == nullptr || other_page == page) return nullptr;
    if (page->content == other_page->content) {
      return tree_of(*other_page) == number ? &other : nullptr;
    }
    parent = at;
    side = page->content < other_page->content ? DullTree::Side::left : DullTree::Side::right;
    at = side == DullTree::Side::left ? at->left : at->right;
  }
  unstable_[number].insert(item, parent, side);
  item.state = State::unstable;
  item.pass = counters_.full_scans;
  item.tree = number;
  ++counters_.pages_unshared;
  return nullptr;
}

// Whether the site of the item can map another page in place of this one. The attempt splits a huge
// page, and that may leave the site without it.
bool DullKsm::can_replace(const Item& item, const PagePtr& page) {
  if (page->huge != nullptr && !split(*page)) return false;
  Site& site = item.mm->sites.at(item.at);
  if (page->ksm || is_pinned(*page) || site.page != page) return false;
  site.writable = false;
  return true;
}

// The item's page becomes a KSM page where it is, and the partner's site maps it too.
void DullKsm::merge_pair(Item& item, const PagePtr& page, Item& partner) {
  Site& partner_site = partner.mm->sites.at(partner.at);
  const PagePtr partner_page = partner_site.page;
  if (page->huge != nullptr && page->huge == partner_page->huge) {
    if (kernel_.equal_pages_split_huge) split(*page);  // For next time.
    return;
  }
  if (!can_replace(item, page)) return;
  page->ksm = true;
  if (!can_replace(partner, partner_page)) {
    unshare(*item.mm, item.at);  // Undone.
    return forget(item);
  }
  take_out(partner);
  partner_site = Site{Holds::page, page};
  if (StableNode* node = insert_stable(page)) {
    append(partner, *node);
    append(item, *node);
  } else {
    unshare(*partner.mm, partner.at);
    unshare(*item.mm, item.at);
  }
}

// Takes an item out of whatever it is in.
void DullKsm::take_out(Item& item) {
  if (item.state == State::unstable) {
    const std::int64_t passes_since = counters_.full_scans - item.pass;
    KSM_CHECK(passes_since == 0 || passes_since == 1);
    if (passes_since == 0) unstable_[item.tree].erase(item);  // Else that tree is no more.
    --counters_.pages_unshared;
  } else if (item.state == State::stable && (kernel_.third_page || alive(*item.head))) {
    item.head->items.remove(&item);
    --(item.head->items.empty() ? counters_.pages_shared : counters_.pages_sharing);
    --item.mm->stat.merging_pages;
    forget(item);
    if (kernel_.third_page) forget_first(item);
  }
  item.state = State::none;
}

// The item was merged, or for a moment: since 7.3 it has a note of where its page stood in the
// place of these.
void DullKsm::forget(Item& item) const {
  if (!kernel_.merged_items_forget) return;
  item.old_checksum = 0;
  item.age = item.remaining_skips = 0;
}

void DullKsm::append(Item& item, StableNode& node) {
  ++(node.items.empty() ? counters_.pages_shared : counters_.pages_sharing);
  ++item.mm->stat.merging_pages;
  node.items.push_front(&item);
  item.state = State::stable;
  item.head = &node;
}

}  // namespace ksmsim::reference
