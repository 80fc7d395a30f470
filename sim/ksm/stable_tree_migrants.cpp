// StableTree: nodes whose page is on another NUMA node by now, and the migrate list.
#include "sim/ksm/stable_tree.hpp"

namespace ksmsim::ksm {

bool StableTree::note_migration(ScanContext& c, NodeId node) {
  const std::uint32_t place = place_of(c.memory, node);
  if (place == kNoNode) return true;
  if (c.tree_of(c.memory.node_of(frame_of(node))) == places_[place].tree) return false;
  take_off(c, node);
  link_migrant(c, node);
  return true;
}

void StableTree::prune_migrants(ScanContext& c) {
  for (std::uint32_t n = first_migrant_; n != kNoNode;) {
    const NodeId node{n};
    n = nodes_[n].next;
    if (!alive(c.memory, node)) remove_node(c, node);
  }
}

// A node from the migrate list goes to where the search for its page ended: a place of its own, or
// one more dup of the content there, whether or not that has room.
NodeId StableTree::put_into_tree(ScanContext& c, NodeId migrant, std::uint8_t number,
                                 const Descent& d) {
  std::uint32_t place = d.equal;
  unlink_migrant(migrant);
  if (place == kNoNode) {
    const std::uint64_t content = c.memory.frame(frame_of(migrant)).content;
    place = new_place(number, content, d.where);
  } else {
    make_chain(c, place);
    ++c.counters.stable_node_dups;
  }
  link_first(c, place, migrant);
  return has_room(c, migrant) ? migrant : kNoStableNode;
}

// The search found an equal page that is on another NUMA node by now. It goes to the migrate list,
// and a migrant that was searched for takes its place.
NodeId StableTree::replace(ScanContext& c, NodeId moved, NodeId migrant) {
  const std::uint32_t place = place_of(c.memory, moved);
  if (migrant == kNoStableNode) {
    take_off(c, moved);
  } else {
    unlink_migrant(migrant);
    unlink(c, moved);
    link_first(c, place, migrant);
  }
  link_migrant(c, moved);
  return migrant != kNoStableNode && has_room(c, migrant) ? migrant : kNoStableNode;
}

// Takes a node out of its place; a plain place goes with it, a chain stays until it is visited.
void StableTree::take_off(ScanContext& c, NodeId node) {
  const std::uint32_t place = place_of(c.memory, node);
  unlink(c, node);
  if (places_[place].chain) {
    --c.counters.stable_node_dups;
  } else {
    remove_place(place);
  }
}

void StableTree::link_migrant(ScanContext& c, NodeId node) {
  Node& n = nodes_[node.value];
  c.memory.set_owner(frame_of(node), kMigrant);
  n.previous = kNoNode;
  n.next = first_migrant_;
  if (first_migrant_ != kNoNode) nodes_[first_migrant_].previous = node.value;
  first_migrant_ = node.value;
}

void StableTree::unlink_migrant(NodeId node) {
  const Node& n = nodes_[node.value];
  if (n.next != kNoNode) nodes_[n.next].previous = n.previous;
  (n.previous != kNoNode ? nodes_[n.previous].next : first_migrant_) = n.next;
}

}  // namespace ksmsim::ksm
