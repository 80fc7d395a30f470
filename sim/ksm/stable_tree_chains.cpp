// StableTree: chains, several nodes of one content.
//
// A search looks at the dups of a chain until one has room. Hundreds of thousands that are full
// (pages of zeros, with a small limit) cost the kernel a look at each, in every search that comes
// by; here a chain knows how many of its dups have room and how many are stale, and with none of
// either the answer is known, and the price of the walk.
#include "sim/ksm/stable_tree.hpp"

namespace ksmsim::ksm {

using cost::Units;

// chain_prune() and stable_node_dup() of mm/ksm.c: the dup that a search is to look at. What is
// stale goes, also the chain with its last dup; a chain of one may dissolve; the dup that is to
// take more sharers comes to the front.
NodeId StableTree::prune_chain(ScanContext& c, std::uint32_t place, Prune prune) {
  Chain& p = chain(place);
  const bool due = prune == Prune::when_due && c.jiffies >= p.pruned_at + c.prune_jiffies;
  if (due) p.pruned_at = c.jiffies;
  const Walk walk = due ? Walk::whole : Walk::to_first_with_room;
  const NodeId chosen = choose_dup_removing_stale(c, place, walk);
  if (chosen == kNoStableNode) {
    --c.counters.stable_node_chains;
    remove_place(c, place);
  } else if (is_dissolved(c, p, chosen, walk)) {
    dissolve(c, place);
  } else if (p.first != chosen.value && has_room(c, chosen, 1)) {
    unlink(c, chosen);
    link_first(c, place, chosen);
  }
  return chosen;
}

// The first dup with room, in the order of the list; if all dups are walked it is the one with the
// most sharers. Without any, the first that is alive.
NodeId StableTree::choose_dup_removing_stale(ScanContext& c, std::uint32_t place, Walk walk) {
  const Chain& p = chain(place);
  note_gone(c);
  if (p.with_room == 0 && p.stale == 0) {
    // The kernel looks at all of them, to no avail.
    c.meter.add(&Units::chain_steps, p.dups);
    return NodeId{p.first};
  }
  NodeId found = kNoStableNode;
  std::uint64_t looked_at = 0;
  for (std::uint32_t n = p.first; n != kNoNode;) {
    const NodeId dup{n};
    n = nodes_[n].list.next;
    ++looked_at;
    if (!alive(c.memory, dup)) {
      remove_node(c, dup);
      continue;
    }
    if (found == kNoStableNode ||
        (has_room(c, dup) && (!has_room(c, found) || sharer_count(dup) > sharer_count(found)))) {
      found = dup;
      if (walk == Walk::to_first_with_room && has_room(c, found)) break;
    }
  }
  c.meter.add(&Units::chain_steps, looked_at);
  return found;
}

bool StableTree::is_dissolved(const ScanContext& c, const Chain& chain, NodeId chosen,
                              Walk walk) const {
  if (chain.dups != 1) return false;
  return c.traits.chains == Chains::dissolved_by_any_visit ||
         (walk == Walk::whole && has_room(c, chosen));
}

// Returns the chain, made if the place is plain.
std::uint32_t StableTree::make_chain(ScanContext& c, std::uint32_t place) {
  if (is_chain(place)) return place;
  const std::uint32_t made = new_chain();
  Chain& p = chain(made);
  p.content = content_of(c.memory, place);
  p.tree = tree_of(c.memory, place);
  p.pruned_at = c.jiffies;
  replace_place(p.tree, place, made);
  link_first(c, made, NodeId{place});
  ++c.counters.stable_node_chains;
  ++c.counters.stable_node_dups;
  return made;
}

// A chain becomes the plain place of its only dup.
void StableTree::dissolve(ScanContext& c, std::uint32_t place) {
  const Chain& p = chain(place);
  const NodeId node{p.first};
  mark_plain(c.memory, node, p.tree);
  replace_place(p.tree, place, node.value);
  free_chain(place);
  --c.counters.stable_node_chains;
  --c.counters.stable_node_dups;
}

// The node becomes the first dup of a chain.
void StableTree::link_first(ScanContext& c, std::uint32_t place, NodeId node) {
  Chain& p = chain(place);
  c.memory.set_owner(frame_of(node), kDup);
  nodes_[node.value].list = {p.first, kNoNode, place};
  if (p.first != kNoNode) nodes_[p.first].list.previous = node.value;
  p.first = node.value;
  ++p.dups;
  p.with_room += has_room(c, node) ? 1 : 0;
}

// REQUIRES: the node is a dup.
void StableTree::unlink(ScanContext& c, NodeId node) {
  note_gone(c);
  const ListLinks at = nodes_[node.value].list;
  Chain& p = chain(at.chain);
  if (at.next != kNoNode) nodes_[at.next].list.previous = at.previous;
  (at.previous != kNoNode ? nodes_[at.previous].list.next : p.first) = at.next;
  --p.dups;
  p.with_room -= has_room(c, node) ? 1 : 0;
  p.stale -= alive(c.memory, node) ? 0 : 1;
}

// The sharers of a node have changed.
void StableTree::note_room(ScanContext& c, NodeId node, bool had_room) {
  const bool has = has_room(c, node);
  if (has == had_room || mark_of(c.memory, node) != kDup) return;
  Chain& p = chain(nodes_[node.value].list.chain);
  if (has) {
    ++p.with_room;
  } else {
    --p.with_room;
  }
}

// Counts the dups that have become stale since.
void StableTree::note_gone(ScanContext& c) {
  for (const FrameId frame : c.memory.gone()) {
    const NodeId node{frame.value};
    if (mark_of(c.memory, node) == kDup) ++chain(nodes_[node.value].list.chain).stale;
  }
  c.memory.forget_gone();
}

std::uint32_t StableTree::new_chain() {
  std::uint32_t number = free_chain_;
  if (number == kNoNode) {
    number = static_cast<std::uint32_t>(chains_.size());
    chains_.push_back({});
  } else {
    free_chain_ = chains_[number].links.parent;
    chains_[number] = Chain{};
  }
  return number | kChain;
}

void StableTree::free_chain(std::uint32_t place) {
  chain(place).links.parent = free_chain_;
  free_chain_ = place & ~kChain;
}

}  // namespace ksmsim::ksm
