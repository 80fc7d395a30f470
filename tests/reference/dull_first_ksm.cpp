// The part of DullKsm that is the first KSM, of 2.6.32: the stable tree is made of items, each of
// which counts as long as it maps a KSM page, and a KSM page is a page of the kernel's own, which
// neither moves nor goes to swap. (Here a node is a list of such items; its first one is the one
// that a 2.6.32 has in the tree.)
#include <iterator>

#include "tests/reference/dull_ksm.hpp"

namespace ksmsim::reference {

void DullKsm::process_first(Item& item) {
  Site& site = item.mm->sites.at(item.at);
  const PagePtr page = site.page;
  if (page->ksm && item.state == State::stable) {
    if (mappings_of(*page).size() > 1) return;
    unshare(*item.mm, item.at);  // Nobody shares it any more.
    take_out(item);
    item.old_checksum = checksum(page->content);
    return;
  }
  take_out(item);
  if (StableNode* node = search_stable_first(*page)) {
    const Item& first = *node->items.front();
    const PagePtr shared = mergeable_page(*first.mm, first.at);
    if (page->ksm && page != shared) return;
    site.page = shared;
    append_first(item, *node);
    return;
  }
  if (page->ksm) unshare(*item.mm, item.at);  // Left over by a fork.
  const std::uint32_t sum = checksum(page->content);
  if (item.old_checksum != sum) {
    item.old_checksum = sum;
    return;
  }
  Item* partner = search_unstable(item, site.page);
  // (What was unshared a moment ago is not what the kernel would merge now.)
  if (partner != nullptr && !page->ksm) merge_pair_first(item, *partner);
}

// Both sites map a third page, if there may be one more.
void DullKsm::merge_pair_first(Item& item, Item& partner) {
  const auto shared = static_cast<std::uint64_t>(counters_.pages_shared);
  if (knobs_.max_kernel_pages != 0 && knobs_.max_kernel_pages <= shared) return;
  Site& site = item.mm->sites.at(item.at);
  const auto third = std::make_shared<Page>(Page{site.page->content});
  third->ksm = true;
  take_out(partner);
  site.page = partner.mm->sites.at(partner.at).page = third;
  if (StableNode* node = insert_stable_first(*third, partner)) {
    append_first(item, *node);
  } else {
    unshare(*partner.mm, partner.at);
    unshare(*item.mm, item.at);
  }
}

// Whether an item of the node maps a KSM page still. Takes out those before it that do not, and
// with the last one the node goes.
bool DullKsm::has_sharer_first(StableNode& node) {
  for (;;) {
    Item& first = *node.items.front();
    const PagePtr page = mergeable_page(*first.mm, first.at);
    if (page != nullptr && page->ksm) return true;
    const bool last = node.items.size() == 1;
    take_out(first);
    if (last) return false;
  }
}

// The node of equal pages; nothing also if a node on the way has gone.
StableNode* DullKsm::search_stable_first(const Page& page) {
  for (TreeNode* at = stable_[0].root(); at != nullptr;) {
    StableNode& node = static_cast<StableNode&>(*at);
    if (!has_sharer_first(node)) return nullptr;
    const Item& first = *node.items.front();
    const std::uint64_t content = mergeable_page(*first.mm, first.at)->content;
    if (page.content == content) return &node;
    at = page.content < content ? at->left : at->right;
  }
  return nullptr;
}

// A new node with this item; nothing if there is one of equal pages, or a node on the way has gone.
StableNode* DullKsm::insert_stable_first(const Page& page, Item& item) {
  TreeNode* parent = nullptr;
  auto side = DullTree::Side::left;
  for (TreeNode* at = stable_[0].root(); at != nullptr;) {
    StableNode& node = static_cast<StableNode&>(*at);
    if (!has_sharer_first(node)) return nullptr;
    const Item& first = *node.items.front();
    const std::uint64_t content = mergeable_page(*first.mm, first.at)->content;
    if (page.content == content) return nullptr;
    parent = at;
    side = page.content < content ? DullTree::Side::left : DullTree::Side::right;
    at = side == DullTree::Side::left ? at->left : at->right;
  }
  StableNode& node = new_node();
  stable_[0].insert(node, parent, side);
  append(item, node);
  return &node;
}

// What else the end of an item's sharing does there: a node without sharers goes, and the checksum,
// which a 2.6.32 keeps where it keeps the link to the next sharer, is lost.
void DullKsm::forget_first(Item& item) {
  item.old_checksum = 0;
  if (item.head->items.empty()) remove_node(*item.head);
}

// Right after the first.
void DullKsm::append_first(Item& item, StableNode& node) {
  append(item, node);
  node.items.splice(std::next(node.items.begin(), 2), node.items, node.items.begin());
}

}  // namespace ksmsim::reference
