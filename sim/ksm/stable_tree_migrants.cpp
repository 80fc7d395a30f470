// StableTree: nodes whose page is on another NUMA node by now, and the migrate list.
#include "sim/ksm/stable_tree.hpp"

namespace ksmsim::ksm {

bool StableTree::note_migration(ScanContext& c, NodeId node) {
  const std::uint32_t place = place_of(c.memory, node);
  if (place == kNoNode) return true;
  if (c.tree_of(c.memory.node_of(frame_of(node))) == tree_of(c.memory, place)) return false;
  take_off(c, node);
  link_migrant(c, node);
  return true;
}

void StableTree::prune_migrants(ScanContext& c) {
  for (std::uint32_t n = first_migrant_; n != kNoNode;) {
    const NodeId node{n};
    n = nodes_[n].list.next;
    if (!alive(c.memory, node)) remove_node(c, node);
  }
}

// A node from the migrate list goes into a tree.
NodeId StableTree::migrate_into_tree(ScanContext& c, NodeId migrant, std::uint8_t number,
                                     const Descent& d) {
  unlink_migrant(migrant);
  put_in_place(c, migrant, number, d);
  return has_room(c, migrant) ? migrant : kNoStableNode;
}

// The search found an equal page that is on another NUMA node by now. It goes to the migrate list,
// and a migrant that was searched for takes its place.
NodeId StableTree::migrate_out_of_tree(ScanContext& c, NodeId moved, NodeId migrant) {
  const std::uint32_t place = place_of(c.memory, moved);
  if (migrant == kNoStableNode) {
    take_off(c, moved);
  } else {
    unlink_migrant(migrant);
    if (is_chain(place)) {
      unlink(c, moved);
      link_first(c, place, migrant);
    } else {
      const std::uint8_t number = tree_of(c.memory, place);
      mark_plain(c.memory, migrant, number);
      replace_place(number, place, migrant.value);
    }
  }
  link_migrant(c, moved);
  return migrant != kNoStableNode && has_room(c, migrant) ? migrant : kNoStableNode;
}

// Takes a node out of its place; a plain place goes with it, a chain stays until it is visited.
void StableTree::take_off(ScanContext& c, NodeId node) {
  if (mark_of(c.memory, node) == kDup) {
    unlink(c, node);
    --c.counters.stable_node_dups;
  } else {
    remove_place(c, node.value);
  }
}

void StableTree::link_migrant(ScanContext& c, NodeId node) {
  c.memory.set_owner(frame_of(node), kMigrant);
  nodes_[node.value].list = {first_migrant_, kNoNode, kNoNode};
  if (first_migrant_ != kNoNode) nodes_[first_migrant_].list.previous = node.value;
  first_migrant_ = node.value;
}

void StableTree::unlink_migrant(NodeId node) {
  const ListLinks at = nodes_[node.value].list;
  if (at.next != kNoNode) nodes_[at.next].list.previous = at.previous;
  (at.previous != kNoNode ? nodes_[at.previous].list.next : first_migrant_) = at.next;
}

}  // namespace ksmsim::ksm
