#include "sim/ksm/stable_tree.hpp"

#include <array>

namespace ksmsim::ksm {

using cost::Units;

NodeId StableTree::find_and_tidy(ScanContext& c, const ScannedPage& page) {
  const NodeId own = node_of(c.memory, page.mapping);
  const bool searches_all = c.traits.ksm_page == KsmPage::third_page;
  if (!searches_all && own != kNoStableNode && mark_of(c.memory, own) != kMigrant) return own;
  c.meter.add_search(&Units::stable_steps, tree(page.tree).size, c.memory.class_of(page.site));
  const Descent d = descend_pruning(c, page.tree, page.content, Prune::when_due);
  if (d.gave_up) return kNoStableNode;
  const bool may_chain =
      own != kNoStableNode && c.traits.has_chains() && c.memory.frame(page.mapping).mappings > 1;
  if (!searches_all && own != kNoStableNode && (d.equal == kNoNode || may_chain)) {
    return migrate_into_tree(c, own, page.tree, d);
  }
  // Equal but full (or without sharers): the page has to find a partner in the unstable tree, and
  // the two make a further dup.
  if (d.equal == kNoNode || !has_room(c, d.node)) return kNoStableNode;
  if (c.tree_of(c.memory.node_of(frame_of(d.node))) != page.tree) {
    return migrate_out_of_tree(c, d.node, own);
  }
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
      if (is_chain(at[i]) && chain(at[i]).first != kNoNode) {
        c.memory.prefetch(FrameId{chain(at[i]).first});
      }
      const std::uint64_t there = content_of(c.memory, at[i]);
      const RbLinks down = links(at[i]);  // Both ways, so that choosing one is no branch.
      at[i] = there == contents[i] ? kNoNode : contents[i] < there ? down.left : down.right;
      if (at[i] == kNoNode) continue;
      if (is_chain(at[i])) {
        __builtin_prefetch(&chain(at[i]));
      } else {
        __builtin_prefetch(&nodes_[at[i]]);
        c.memory.prefetch(FrameId{at[i]});
      }
      going_on = true;
    }
  }
}

NodeId StableTree::insert(ScanContext& c, FrameId frame) {
  const std::uint8_t number = c.tree_of(c.memory.node_of(frame));
  const std::uint64_t content = c.memory.frame(frame).content;
  const bool known = last_miss_.holds && last_miss_.tree == number && last_miss_.content == content;
  const Descent d = known ? Descent{last_miss_.where, kNoNode, kNoStableNode, false}
                          : descend_pruning(c, number, content, Prune::never);
  if (d.gave_up || (d.equal != kNoNode && !c.traits.has_chains())) return kNoStableNode;
  const NodeId node = new_node(frame);
  put_in_place(c, node, number, d);
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
  const bool had_room = has_room(c, node);
  ++n.sharer_count;
  note_room(c, node, had_room);
  KSM_CHECK(n.sharer_count != 0);  // It has 31 bits.
  ++c.numbers.of(c.memory.mm_of(site)).merging_pages;
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
  const bool had_room = has_room(c, node);
  --n.sharer_count;
  note_room(c, node, had_room);
  --(n.sharer_count == 0 ? c.counters.pages_shared : c.counters.pages_sharing);
  let_go(c, site);
  if (!by_item) return;
  item.last_checksum = 0;  // The checksum shares its memory with the link to the next item.
  if (n.sharer_count == 0) remove_node(c, node);
}

// An item is on no node any more.
void StableTree::let_go(ScanContext& c, SiteId site) {
  RmapItem& item = c.items[site];
  --c.numbers.of(c.memory.mm_of(site)).merging_pages;
  item.state = RmapState::none;
  if (c.traits.merged_items == MergedItems::forget) item.forget();
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
    n = nodes_[n].list.next;
    if (remove_unmapped(c, node) == Emptied::busy) emptied = Emptied::busy;
  }
  return emptied;
}

StableTree::Emptied StableTree::remove_place_by_place(ScanContext& c, RbTree& tree) {
  while (!tree.empty()) {
    const std::uint32_t place = tree.root;
    if (!is_chain(place)) {
      if (remove_unmapped(c, NodeId{place}) == Emptied::busy) return Emptied::busy;
      continue;
    }
    // A chain is emptied dup by dup, in the order of its list.
    for (std::uint32_t n = chain(place).first; n != kNoNode;) {
      const NodeId node{n};
      n = nodes_[n].list.next;
      if (remove_unmapped(c, node) == Emptied::busy) return Emptied::busy;
    }
    --c.counters.stable_node_chains;
    remove_place(c, place);
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

StableTree::Descent StableTree::descend_pruning(ScanContext& c, std::uint8_t tree,
                                                std::uint64_t content, Prune prune) {
  for (;;) {  // Again from the root whenever a place was removed: the tree may be rebalanced.
    Descent d;
    std::uint32_t at = this->tree(tree).root;
    bool removed = false;
    bool passed_chain = false;
    while (at != kNoNode) {
      const NodeId node = prune_place(c, at, prune);
      if (node == kNoStableNode) {
        removed = true;
        break;
      }
      if (is_chain(at) && mark_of(c.memory, node) != kDup) at = node.value;  // It dissolved.
      passed_chain |= is_chain(at);
      const std::uint64_t there = content_of(c.memory, at);
      if (content == there) {
        d.equal = at;
        d.node = node;
        return d;
      }
      d.where = {at, content < there ? RbPlace::Side::left : RbPlace::Side::right};
      at = content < there ? links(at).left : links(at).right;
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

// The node of a place that a search is to look at, once what is stale has gone.
NodeId StableTree::prune_place(ScanContext& c, std::uint32_t place, Prune prune) {
  if (is_chain(place)) return prune_chain(c, place, prune);
  const NodeId node{place};
  if (c.traits.ksm_page == KsmPage::third_page) return prune_items(c, node);
  if (alive(c.memory, node)) return node;
  remove_node(c, node);
  return kNoStableNode;
}

// A node of 2.6.32 is its first item: those whose page is no KSM page any more go when a search
// comes by, and the node with the last.
NodeId StableTree::prune_items(ScanContext& c, NodeId node) {
  for (;;) {
    const SiteId site{nodes_[node.value].first_sharer};
    if (c.memory.has_page(site) && c.memory.is_ksm(site) && c.memory.is_mergeable(site))
      return node;
    const bool last = nodes_[node.value].sharer_count == 1;
    detach(c, site);
    if (last) return kNoStableNode;
  }
}

// ---------------------------------------------------------------- nodes and places

// A stale node goes and lets go of all its items at once.
void StableTree::remove_node(ScanContext& c, NodeId node) {
  note_gone(c);  // Before the number of a frame that is gone can be another's.
  Node& n = nodes_[node.value];
  for (std::uint32_t s = n.first_sharer; s != kNoNode;) {
    const SiteId site{s};
    s = c.items[site].sharer.next;
    let_go(c, site);
  }
  if (n.sharer_count > 0) {
    --c.counters.pages_shared;
    c.counters.pages_sharing -= n.sharer_count - 1;
  }
  if (mark_of(c.memory, node) == kMigrant) {
    unlink_migrant(node);
  } else {
    take_off(c, node);
  }
  n = Node{};
  c.memory.disown(frame_of(node));
  --node_count_;
  c.meter.add(&Units::stale_nodes);
}

// A node goes to where the search for its content ended: a place of its own, or one more dup of the
// content there, whether or not that has room.
void StableTree::put_in_place(ScanContext& c, NodeId node, std::uint8_t number, const Descent& d) {
  if (d.equal != kNoNode) {
    link_first(c, make_chain(c, d.equal), node);
    ++c.counters.stable_node_dups;
    return;
  }
  mark_plain(c.memory, node, number);
  PlaceAccess access{nodes_, chains_};
  RbOps(tree(number), access).insert(node.value, d.where);
  last_miss_.holds = false;
}

// One place for another of the same content: the tree keeps its shape, so what is known of where
// searches end still holds.
void StableTree::replace_place(std::uint8_t number, std::uint32_t place, std::uint32_t by) {
  PlaceAccess access{nodes_, chains_};
  RbOps(tree(number), access).replace(place, by);
  if (last_miss_.where.parent == place) last_miss_.where.parent = by;
}

void StableTree::remove_place(const ScanContext& c, std::uint32_t place) {
  last_miss_.holds = false;
  PlaceAccess access{nodes_, chains_};
  RbOps(tree(tree_of(c.memory, place)), access).erase(place);
  if (is_chain(place)) free_chain(place);
}

NodeId StableTree::new_node(FrameId frame) {
  KSM_CHECK(!is_chain(frame.value));
  nodes_.grow_to(frame.value + std::size_t{1});
  nodes_[frame.value] = Node{};
  ++node_count_;
  return NodeId{frame.value};
}

}  // namespace ksmsim::ksm
