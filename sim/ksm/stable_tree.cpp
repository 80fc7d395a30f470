#include "sim/ksm/stable_tree.hpp"

#include <array>

namespace ksmsim::ksm {

using cost::Units;

NodeId StableTree::find(ScanContext& c, const ScannedPage& page) {
  const NodeId own = node_of(c.memory, page.mapping);
  const bool searches_all = c.traits.ksm_page == KsmPage::third_page;
  if (!searches_all && own != kNoStableNode && place_of(c.memory, own) != kNoNode) return own;
  c.meter.add_search(&Units::stable_steps, tree(page.tree).size, c.memory.class_of(page.site));
  const Descent d = descend(c, page.tree, page.content, Prune::when_due);
  if (d.gave_up) return kNoStableNode;
  const bool may_chain =
      own != kNoStableNode && c.traits.has_chains() && c.memory.frame(page.mapping).mappings > 1;
  if (!searches_all && own != kNoStableNode && (d.equal == kNoNode || may_chain)) {
    return put_into_tree(c, own, page.tree, d);
  }
  // Equal but full (or without sharers): the page has to find a partner in the unstable tree, and
  // the two make a further dup.
  if (d.equal == kNoNode || !has_room(c, d.node)) return kNoStableNode;
  if (c.tree_of(c.memory.node_of(frame_of(d.node))) != page.tree) return replace(c, d.node, own);
  return d.node;
}

void StableTree::warm_up(const ScanContext& c, std::span<const std::uint64_t> contents,
                         std::uint8_t tree) const {
  std::array<std::uint32_t, kWarmedUp> at;
  at.fill(trees_[tree].root);
  for (bool going_on = true; going_on;) {
    going_on = false;
    for (std::size_t i = 0; i < contents.size(); ++i) {
      if (at[i] == kNoNode) continue;
      const Place& place = places_[at[i]];
      if (place.first != kNoNode) c.memory.prefetch(FrameId{place.first});
      at[i] = place.content == contents[i]  ? kNoNode
              : contents[i] < place.content ? place.links.left
                                            : place.links.right;
      if (at[i] == kNoNode) continue;
      __builtin_prefetch(&places_[at[i]]);
      going_on = true;
    }
  }
}

NodeId StableTree::insert(ScanContext& c, FrameId frame) {
  const std::uint8_t number = c.tree_of(c.memory.node_of(frame));
  const std::uint64_t content = c.memory.frame(frame).content;
  const bool known = last_miss_.holds && last_miss_.tree == number && last_miss_.content == content;
  const Descent d = known ? Descent{last_miss_.where, kNoNode, kNoStableNode, false}
                          : descend(c, number, content, Prune::never);
  if (d.gave_up || (d.equal != kNoNode && !c.traits.has_chains())) return kNoStableNode;
  const NodeId node = new_node(frame);
  std::uint32_t place = d.equal;
  if (place == kNoNode) {
    place = new_place(number, content, d.where);
  } else {
    make_chain(c, place);
    ++c.counters.stable_node_dups;
  }
  link_first(c, place, node);
  return node;
}

void StableTree::attach(ScanContext& c, NodeId node, SiteId site) {
  RmapItem& item = c.items[site];
  KSM_CHECK(item.state == RmapState::none);
  Node& n = nodes_[node.value];
  item.state = RmapState::stable;
  // In front; in 2.6.32, where the first item is the node in the tree, behind that.
  const bool behind = c.traits.ksm_page == KsmPage::third_page && n.first_sharer != kNoNode;
  const std::uint32_t previous = behind ? n.first_sharer : kNoNode;
  std::uint32_t& from = behind ? c.items[SiteId{previous}].sharer.next : n.first_sharer;
  item.sharer = {node.value, from, previous};
  if (from != kNoNode) c.items[SiteId{from}].sharer.previous = site.value;
  from = site.value;
  ++(n.sharer_count == 0 ? c.counters.pages_shared : c.counters.pages_sharing);
  ++n.sharer_count;
  ++c.items.of(c.memory.mm_of(site)).merging_pages;
}

void StableTree::detach(ScanContext& c, SiteId site) {
  RmapItem& item = c.items[site];
  KSM_CHECK(item.state == RmapState::stable);
  const NodeId node{item.sharer.node};
  const bool by_item = c.traits.ksm_page == KsmPage::third_page;
  if (!by_item && !alive(c.memory, node)) return remove_node(c, node);
  Node& n = nodes_[node.value];
  if (item.sharer.next != kNoNode) {
    c.items[SiteId{item.sharer.next}].sharer.previous = item.sharer.previous;
  }
  if (item.sharer.previous != kNoNode) {
    c.items[SiteId{item.sharer.previous}].sharer.next = item.sharer.next;
  } else {
    n.first_sharer = item.sharer.next;
  }
  --n.sharer_count;
  --(n.sharer_count == 0 ? c.counters.pages_shared : c.counters.pages_sharing);
  --c.items.of(c.memory.mm_of(site)).merging_pages;
  item.state = RmapState::none;
  if (!by_item) return;
  item.last_checksum = 0;  // The checksum shares its memory with the link to the next item.
  if (n.sharer_count == 0) remove_node(c, node);
}

bool StableTree::has_room(NodeId node, const Traits& traits, const Knobs& knobs,
                          std::uint32_t more) const {
  if (!traits.has_chains()) return true;
  const std::uint64_t count = nodes_[node.value].sharer_count;
  return count != 0 && count + more < knobs.max_page_sharing;
}

StableTree::Emptied StableTree::remove_all(ScanContext& c) {
  Emptied emptied = Emptied::yes;
  for (RbTree& tree : trees_) {
    if (remove_place_by_place(c, tree) == Emptied::busy) emptied = Emptied::busy;
  }
  for (std::uint32_t n = first_migrant_; n != kNoNode;) {
    const NodeId node{n};
    n = nodes_[n].next;
    if (remove_unmapped(c, node) == Emptied::busy) emptied = Emptied::busy;
  }
  return emptied;
}

StableTree::Emptied StableTree::remove_place_by_place(ScanContext& c, RbTree& tree) {
  while (!tree.empty()) {
    const std::uint32_t place = tree.root;
    // A chain is emptied dup by dup, in the order of its list.
    for (std::uint32_t n = places_[place].first; n != kNoNode;) {
      const NodeId node{n};
      n = nodes_[n].next;
      const bool plain = !places_[place].chain;
      if (remove_unmapped(c, node) == Emptied::busy) return Emptied::busy;
      if (plain) break;  // The place went with it.
    }
    if (tree.root == place && places_[place].chain && places_[place].nodes == 0) {
      --c.counters.stable_node_chains;
      remove_place(place);
    }
  }
  return Emptied::yes;
}

// A page that is only in the swap cache does not keep its node.
StableTree::Emptied StableTree::remove_unmapped(ScanContext& c, NodeId node) {
  if (alive(c.memory, node)) {
    if (c.memory.frame(frame_of(node)).mappings > 0) return Emptied::busy;
  }
  remove_node(c, node);
  return Emptied::yes;
}

// ---------------------------------------------------------------- descent

StableTree::Descent StableTree::descend(ScanContext& c, std::uint8_t tree, std::uint64_t content,
                                        Prune prune) {
  for (;;) {  // Again from the root whenever a place was removed: the tree may be rebalanced.
    Descent d;
    std::uint32_t at = this->tree(tree).root;
    bool removed = false;
    bool passed_chain = false;
    while (at != kNoNode) {
      const NodeId node = evaluate(c, at, prune);
      if (node == kNoStableNode) {
        removed = true;
        break;
      }
      const std::uint64_t there = places_[at].content;
      passed_chain |= places_[at].chain;
      if (content == there) {
        d.equal = at;
        d.node = node;
        return d;
      }
      d.where = {at, content < there ? RbPlace::Side::left : RbPlace::Side::right};
      at = content < there ? places_[at].links.left : places_[at].links.right;
    }
    if (removed && c.traits.stale_on_the_way == StaleOnTheWay::ends_search) {
      d.gave_up = true;
      return d;
    }
    if (removed) continue;
    last_miss_ = {content, d.where, tree, !passed_chain};
    return d;
  }
}

// The node of a place that a search is to look at; kNoStableNode: the place is gone.
NodeId StableTree::evaluate(ScanContext& c, std::uint32_t place, Prune prune) {
  if (places_[place].chain) return choose_dup(c, place, prune);
  const NodeId node{places_[place].first};
  if (c.traits.ksm_page == KsmPage::third_page) return first_item_with_page(c, node);
  if (alive(c.memory, node)) return node;
  remove_node(c, node);
  return kNoStableNode;
}

// A node of 2.6.32 is its first item: those whose page is no KSM page any more go when a search
// comes by, and the node with the last.
NodeId StableTree::first_item_with_page(ScanContext& c, NodeId node) {
  for (;;) {
    const SiteId site{nodes_[node.value].first_sharer};
    if (c.memory.has_page(site) && c.memory.is_ksm(site) && c.memory.is_mergeable(site))
      return node;
    const bool last = nodes_[node.value].sharer_count == 1;
    detach(c, site);
    if (last) return kNoStableNode;
  }
}

// The first dup with room, in the order of the list; when pruning is due all dups are walked and
// it is the one with the most sharers. Without any, the first that is alive.
NodeId StableTree::choose_dup(ScanContext& c, std::uint32_t place, Prune prune) {
  Place& p = places_[place];
  const bool whole = prune == Prune::when_due && c.jiffies >= p.pruned_at + c.prune_jiffies;
  if (whole) p.pruned_at = c.jiffies;
  NodeId found = kNoStableNode;
  for (std::uint32_t n = p.first; n != kNoNode;) {
    const NodeId dup{n};
    n = nodes_[n].next;
    if (!alive(c.memory, dup)) {
      remove_node(c, dup);
      continue;
    }
    if (found == kNoStableNode ||
        (has_room(c, dup) && (!has_room(c, found) || sharer_count(dup) > sharer_count(found)))) {
      found = dup;
      if (!whole && has_room(c, found)) break;
    }
  }
  if (found == kNoStableNode) {
    --c.counters.stable_node_chains;
    remove_place(place);
    return found;
  }
  const bool dissolves =
      c.traits.chains == Chains::dissolved_by_any_visit || (whole && has_room(c, found));
  if (p.nodes == 1 && dissolves) {
    p.chain = false;
    --c.counters.stable_node_chains;
    --c.counters.stable_node_dups;
  } else if (p.first != found.value && has_room(c, found, 1)) {
    unlink(c, found);
    link_first(c, place, found);
  }
  return found;
}

// ---------------------------------------------------------------- nodes and places

// A stale node goes and lets go of all its items at once.
void StableTree::remove_node(ScanContext& c, NodeId node) {
  Node& n = nodes_[node.value];
  for (std::uint32_t s = n.first_sharer; s != kNoNode;) {
    RmapItem& item = c.items[SiteId{s}];
    --c.items.of(c.memory.mm_of(SiteId{s})).merging_pages;
    item.state = RmapState::none;
    s = item.sharer.next;
  }
  if (n.sharer_count > 0) {
    --c.counters.pages_shared;
    c.counters.pages_sharing -= n.sharer_count - 1;
  }
  if (place_of(c.memory, node) == kNoNode) {
    unlink_migrant(node);
  } else {
    take_off(c, node);
  }
  n = Node{};
  c.memory.disown(frame_of(node));
  --node_count_;
  c.meter.add(&Units::stale_nodes);
}

void StableTree::make_chain(ScanContext& c, std::uint32_t place) {
  Place& p = places_[place];
  if (p.chain) return;
  p.chain = true;
  p.pruned_at = c.jiffies;
  ++c.counters.stable_node_chains;
  ++c.counters.stable_node_dups;
}

void StableTree::remove_place(std::uint32_t place) {
  last_miss_.holds = false;
  PlaceAccess access{places_};
  RbOps(tree(places_[place].tree), access).erase(place);
  places_[place] = Place{};
  places_[place].links.parent = free_place_;
  free_place_ = place;
}

void StableTree::link_first(ScanContext& c, std::uint32_t place, NodeId node) {
  Place& p = places_[place];
  Node& n = nodes_[node.value];
  c.memory.set_owner(frame_of(node), mark_of(place));
  n.previous = kNoNode;
  n.next = p.first;
  if (p.first != kNoNode) nodes_[p.first].previous = node.value;
  p.first = node.value;
  ++p.nodes;
}

void StableTree::unlink(ScanContext& c, NodeId node) {
  const Node& n = nodes_[node.value];
  Place& p = places_[place_of(c.memory, node)];
  if (n.next != kNoNode) nodes_[n.next].previous = n.previous;
  if (n.previous != kNoNode) {
    nodes_[n.previous].next = n.next;
  } else {
    p.first = n.next;
  }
  --p.nodes;
}

std::uint32_t StableTree::new_place(std::uint8_t number, std::uint64_t content,
                                    const RbPlace& where) {
  std::uint32_t place = free_place_;
  if (place == kNoNode) {
    place = static_cast<std::uint32_t>(places_.size());
    places_.push_back({});
  } else {
    free_place_ = places_[place].links.parent;
    places_[place] = Place{};
  }
  places_[place].content = content;
  places_[place].tree = number;
  PlaceAccess access{places_};
  RbOps(tree(number), access).insert(place, where);
  last_miss_.holds = false;
  return place;
}

NodeId StableTree::new_node(FrameId frame) {
  nodes_.grow_to(frame.value + std::size_t{1});
  nodes_[frame.value] = Node{};
  ++node_count_;
  return NodeId{frame.value};
}

}  // namespace ksmsim::ksm
