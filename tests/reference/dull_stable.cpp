// The part of DullKsm that is the stable trees: nodes, chains of equal ones, and the nodes whose
// page has moved to another NUMA node.
#include "tests/reference/dull_ksm.hpp"

namespace ksmsim::reference {

StableNode& DullKsm::new_node() {
  nodes_.emplace_front();
  nodes_.front().self = nodes_.begin();
  return nodes_.front();
}

// Removes a node from its place, and its items from it.
void DullKsm::remove_node(StableNode& node) {
  for (Item* item : node.items) {
    item->state = State::none;
    forget(*item);
    --item->mm->stat.merging_pages;
  }
  if (!node.items.empty()) {
    --counters_.pages_shared;
    counters_.pages_sharing -= static_cast<std::int64_t>(node.items.size()) - 1;
  }
  take_from_place(node);
  nodes_.erase(node.self);
}

void DullKsm::take_from_place(StableNode& node) {
  if (node.migrating) {
    migrate_.remove(&node);
    node.migrating = false;
  } else if (node.chain != nullptr) {
    node.chain->dups.remove(&node);
    node.chain = nullptr;
    --counters_.stable_node_dups;
  } else {
    stable_[node.tree].erase(node);
  }
}

// REQUIRES: the node is in no place.
void DullKsm::put_to_migrate(StableNode& node) {
  node.migrating = true;
  migrate_.push_front(&node);
}

// Whether the page of a node lives; removes the node if not.
bool DullKsm::alive(StableNode& node) {
  if (!node.page.expired()) return true;
  remove_node(node);
  return false;
}

bool DullKsm::has_room(const StableNode& node) const {
  if (!kernel_.max_page_sharing) return true;
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
    stable_[chain.tree].erase(chain);
    --counters_.stable_node_chains;
    nodes_.erase(chain.self);
    return {};
  }
  if (chain.dups.size() == 1) {
    if (kernel_.chains_stay && !(full && has_room(*found))) return {&chain, found};
    // The chain collapses.
    stable_[chain.tree].replace(chain, *found);
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

// The node that a page can join, or nothing. A page whose node is on the migrate list finds a place
// for it on the way.
StableNode* DullKsm::search_stable(const Page& page) {
  StableNode* const own = page.node;
  if (own != nullptr && !own->migrating) return own;
  DullTree& tree = stable_[tree_of(page)];
  TreeNode* parent = nullptr;
  auto side = DullTree::Side::left;
  for (TreeNode* at = tree.root(); at != nullptr;) {
    const Found found = look_at(static_cast<StableNode&>(*at), Prune::yes);
    if (found.node == nullptr) {
      if (kernel_.stale_node_ends_search) return nullptr;
      at = tree.root();
      parent = nullptr;
      continue;
    }
    const std::uint64_t content = found.node->page.lock()->content;
    if (page.content == content) return found_equal(page, found);
    parent = found.place;
    side = page.content < content ? DullTree::Side::left : DullTree::Side::right;
    at = side == DullTree::Side::left ? parent->left : parent->right;
  }
  if (own == nullptr) return nullptr;
  take_from_place(*own);
  own->tree = tree_of(page);
  tree.insert(*own, parent, side);
  return has_room(*own) ? own : nullptr;
}

// What comes of a search that has found an equal page.
StableNode* DullKsm::found_equal(const Page& page, const Found& found) {
  StableNode* const own = page.node;
  if (own != nullptr && kernel_.max_page_sharing && mappings_of(page).size() > 1) {
    take_from_place(*own);
    add_to_chain(chain_at(found), *own);
    return has_room(*own) ? own : nullptr;
  }
  StableNode& equal = *found.node;
  if (!has_room(equal)) return nullptr;
  if (equal.tree == tree_of(*equal.page.lock())) return &equal;
  // That page has moved to another NUMA node, and this is the first to come by. What was searched
  // for takes its place if it needs one.
  if (own != nullptr) take_from_place(*own);
  if (own != nullptr && equal.chain == nullptr) {
    stable_[equal.tree].replace(equal, *own);
    own->tree = equal.tree;
  } else {
    StableNode* const chain = equal.chain;
    take_from_place(equal);
    if (own != nullptr) add_to_chain(*chain, *own);
  }
  put_to_migrate(equal);
  return own != nullptr && has_room(*own) ? own : nullptr;
}

// The chain at a place, made if there is none.
StableNode& DullKsm::chain_at(const Found& found) {
  if (found.place->is_chain) return *found.place;
  StableNode& chain = new_node();
  chain.is_chain = true;
  chain.tree = found.node->tree;
  stable_[chain.tree].replace(*found.node, chain);
  ++counters_.stable_node_chains;
  add_to_chain(chain, *found.node);
  return chain;
}

void DullKsm::add_to_chain(StableNode& chain, StableNode& node) {
  chain.dups.push_front(&node);
  node.chain = &chain;
  node.tree = chain.tree;
  ++counters_.stable_node_dups;
}

// Puts the node of a new KSM page into the tree, in a chain if there are equal pages already. Where
// there are no chains: nothing then.
StableNode* DullKsm::insert_stable(const PagePtr& page) {
  DullTree& tree = stable_[tree_of(*page)];
  TreeNode* parent = nullptr;
  auto side = DullTree::Side::left;
  StableNode* chain = nullptr;
  for (TreeNode* at = tree.root(); at != nullptr && chain == nullptr;) {
    const Found found = look_at(static_cast<StableNode&>(*at), Prune::no);
    if (found.node == nullptr) {
      if (kernel_.stale_node_ends_search) return nullptr;
      at = tree.root();
      parent = nullptr;
      continue;
    }
    const std::uint64_t content = found.node->page.lock()->content;
    if (page->content == content) {
      if (!kernel_.max_page_sharing) return nullptr;
      chain = &chain_at(found);
    }
    parent = found.place;
    side = page->content < content ? DullTree::Side::left : DullTree::Side::right;
    at = side == DullTree::Side::left ? parent->left : parent->right;
  }
  StableNode& fresh = new_node();
  fresh.page = page;
  fresh.tree = tree_of(*page);
  page->node = &fresh;
  if (chain != nullptr) {
    add_to_chain(*chain, fresh);
  } else {
    tree.insert(fresh, parent, side);
  }
  return &fresh;
}

// Removes the nodes that no site maps any more; whether that were all. Each tree is emptied from
// its root on, up to the first node that has to stay.
bool DullKsm::remove_all_nodes() {
  bool all = true;
  for (auto& [number, tree] : stable_) {
    while (tree.root() != nullptr && remove_place(static_cast<StableNode&>(*tree.root()))) {
    }
    all = all && tree.root() == nullptr;
  }
  for (auto node = migrate_.begin(); node != migrate_.end();) {
    if (!remove_unmapped(**node++)) all = false;
  }
  return all;
}

bool DullKsm::remove_place(StableNode& place) {
  if (!place.is_chain) return remove_unmapped(place);
  while (!place.dups.empty()) {
    if (!remove_unmapped(*place.dups.front())) return false;
  }
  stable_[place.tree].erase(place);
  --counters_.stable_node_chains;
  nodes_.erase(place.self);
  return true;
}

// A page that is only in the swap cache does without a node from now on.
bool DullKsm::remove_unmapped(StableNode& node) {
  if (const PagePtr page = node.page.lock()) {
    if (!mappings_of(*page).empty()) return false;
    page->node = nullptr;
  }
  remove_node(node);
  return true;
}

}  // namespace ksmsim::reference
