#include "sim/ksm/stable_tree.hpp"

namespace ksmsim::ksm {

using cost::Units;

NodeId StableTree::find(ScanContext& c, std::uint64_t content, ClassId page_class) {
  c.meter.add_search(&Units::stable_steps, tree_.size, page_class);
  const Descent d = descend(c, content, Prune::when_due);
  // Equal but full (or without sharers): the page has to find a partner in the unstable tree, and
  // the two make a further dup.
  return d.equal != kNoNode && has_room(d.node, c.knobs) ? d.node : kNoStableNode;
}

NodeId StableTree::insert(ScanContext& c, FrameId frame) {
  const Descent d = descend(c, c.memory.frame(frame).content, Prune::never);
  const NodeId node = new_node(frame);
  std::uint32_t place = d.equal;
  if (place == kNoNode) {
    place = new_place();
    PlaceAccess access{places_};
    RbOps(tree_, access).insert(place, d.where);
  } else {
    Place& p = places_[place];
    if (!p.chain) {
      p.chain = true;
      p.pruned_at = c.jiffies;
      ++c.counters.stable_node_chains;
      ++c.counters.stable_node_dups;
    }
    ++c.counters.stable_node_dups;
  }
  link_first(place, node);
  c.memory.set_mark(frame, mem::KsmMark{node.value + mem::kFirstOwner});
  return node;
}

void StableTree::attach(ScanContext& c, NodeId node, SiteId site) {
  RmapItem& item = c.items[site];
  KSM_CHECK(item.state == RmapState::none);
  Node& n = nodes_[node.value];
  item.state = RmapState::stable;
  item.sharer = {node.value, n.first_sharer, kNoNode};
  if (n.first_sharer != kNoNode) c.items[SiteId{n.first_sharer}].sharer.previous = site.value;
  n.first_sharer = site.value;
  ++(n.sharer_count == 0 ? c.counters.pages_shared : c.counters.pages_sharing);
  ++n.sharer_count;
  ++c.items.of(c.memory.mm_of(site)).merging_pages;
}

void StableTree::detach(ScanContext& c, SiteId site) {
  RmapItem& item = c.items[site];
  KSM_CHECK(item.state == RmapState::stable);
  const NodeId node{item.sharer.node};
  if (!alive(c.memory, node)) return remove_node(c, node);
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
}

NodeId StableTree::node_of(const mem::Frame& frame) {
  return frame.mark.value >= mem::kFirstOwner ? NodeId{frame.mark.value - mem::kFirstOwner}
                                              : kNoStableNode;
}

bool StableTree::has_room(NodeId node, const Knobs& knobs, std::uint32_t more) const {
  const std::uint64_t count = nodes_[node.value].sharer_count;
  return count != 0 && count + more < knobs.max_page_sharing;
}

StableTree::Emptied StableTree::remove_all(ScanContext& c) {
  while (!tree_.empty()) {
    const std::uint32_t place = tree_.root;
    // A chain is emptied dup by dup, in the order of its list.
    for (std::uint32_t n = places_[place].first; n != kNoNode;) {
      const NodeId node{n};
      n = nodes_[n].next;
      if (alive(c.memory, node)) return Emptied::busy;
      const bool plain = !places_[place].chain;
      remove_node(c, node);
      if (plain) break;  // The place went with it.
    }
    if (tree_.root == place && places_[place].chain && places_[place].nodes == 0) {
      --c.counters.stable_node_chains;
      remove_place(place);
    }
  }
  return Emptied::yes;
}

// ---------------------------------------------------------------- descent

StableTree::Descent StableTree::descend(ScanContext& c, std::uint64_t content, Prune prune) {
  for (;;) {  // Again from the root whenever a place was removed: the tree may be rebalanced.
    Descent d;
    std::uint32_t at = tree_.root;
    bool removed = false;
    while (at != kNoNode) {
      const NodeId node = evaluate(c, at, prune);
      if (node == kNoStableNode) {
        removed = true;
        break;
      }
      const std::uint64_t there = c.memory.frame(frame_of(node)).content;
      if (content == there) {
        d.equal = at;
        d.node = node;
        return d;
      }
      d.where = {at, content < there ? RbPlace::Side::left : RbPlace::Side::right};
      at = content < there ? places_[at].links.left : places_[at].links.right;
    }
    if (!removed) return d;
  }
}

// The node of a place that a search is to look at; kNoStableNode: the place is gone.
NodeId StableTree::evaluate(ScanContext& c, std::uint32_t place, Prune prune) {
  if (places_[place].chain) return choose_dup(c, place, prune);
  const NodeId node{places_[place].first};
  if (alive(c.memory, node)) return node;
  remove_node(c, node);
  return kNoStableNode;
}

// The first dup with room, in the order of the list; when pruning is due all dups are walked and
// it is the one with the most sharers. Without any, the first that is alive. (Since 6.11.)
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
        (has_room(dup, c.knobs) &&
         (!has_room(found, c.knobs) || sharer_count(dup) > sharer_count(found)))) {
      found = dup;
      if (!whole && has_room(found, c.knobs)) break;
    }
  }
  if (found == kNoStableNode) {
    --c.counters.stable_node_chains;
    remove_place(place);
  } else if (p.nodes == 1) {  // No chain any more.
    p.chain = false;
    --c.counters.stable_node_chains;
    --c.counters.stable_node_dups;
  } else if (p.first != found.value && has_room(found, c.knobs, 1)) {
    unlink(found);
    link_first(place, found);
  }
  return found;
}

// ---------------------------------------------------------------- nodes and places

bool StableTree::alive(const mem::HostMemory& memory, NodeId node) const {
  const mem::Frame& frame = memory.frame(nodes_[node.value].frame);
  return frame.mappings > 0 && node_of(frame) == node;
}

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
  const std::uint32_t place = n.place;
  unlink(node);
  n = Node{};
  n.next = free_node_;
  free_node_ = node.value;
  --node_count_;
  c.meter.add(&Units::stale_nodes);
  if (places_[place].chain) {
    --c.counters.stable_node_dups;  // An empty chain stays until it is visited.
  } else {
    remove_place(place);
  }
}

void StableTree::remove_place(std::uint32_t place) {
  PlaceAccess access{places_};
  RbOps(tree_, access).erase(place);
  places_[place] = Place{};
  places_[place].links.parent = free_place_;
  free_place_ = place;
}

void StableTree::link_first(std::uint32_t place, NodeId node) {
  Place& p = places_[place];
  Node& n = nodes_[node.value];
  n.place = place;
  n.previous = kNoNode;
  n.next = p.first;
  if (p.first != kNoNode) nodes_[p.first].previous = node.value;
  p.first = node.value;
  ++p.nodes;
}

void StableTree::unlink(NodeId node) {
  Node& n = nodes_[node.value];
  Place& p = places_[n.place];
  if (n.next != kNoNode) nodes_[n.next].previous = n.previous;
  if (n.previous != kNoNode) {
    nodes_[n.previous].next = n.next;
  } else {
    p.first = n.next;
  }
  --p.nodes;
}

std::uint32_t StableTree::new_place() {
  if (free_place_ == kNoNode) {
    places_.push_back({});
    return static_cast<std::uint32_t>(places_.size() - 1);
  }
  const std::uint32_t place = free_place_;
  free_place_ = places_[place].links.parent;
  places_[place] = Place{};
  return place;
}

NodeId StableTree::new_node(FrameId frame) {
  std::uint32_t node = free_node_;
  if (node == kNoNode) {
    node = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back({});
  } else {
    free_node_ = nodes_[node].next;
  }
  nodes_[node] = Node{};
  nodes_[node].frame = frame;
  ++node_count_;
  return NodeId{node};
}

// ---------------------------------------------------------------- invariants

void StableTree::check_invariants(const ScanContext& c) const {
  Counters sum;
  std::uint32_t seen = 0;
  bool have_last = false;
  std::uint64_t last = 0;
  // In order, without a stack: parents are known.
  std::uint32_t at = tree_.root;
  KSM_CHECK(at == kNoNode || places_[at].colour == RbColour::black);
  while (at != kNoNode && places_[at].links.left != kNoNode) at = places_[at].links.left;
  while (at != kNoNode) {
    ++seen;
    check_place(c, at, sum);
    for (std::uint32_t n = places_[at].first; n != kNoNode; n = nodes_[n].next) {
      if (!alive(c.memory, NodeId{n})) continue;
      const std::uint64_t content = c.memory.frame(nodes_[n].frame).content;
      KSM_CHECK(!have_last || last < content || n != places_[at].first);
      last = content;
      have_last = true;
    }
    std::uint32_t next = places_[at].links.right;
    if (next != kNoNode) {
      while (places_[next].links.left != kNoNode) next = places_[next].links.left;
    } else {
      std::uint32_t child = at;
      next = places_[at].links.parent;
      while (next != kNoNode && places_[next].links.right == child) {
        child = next;
        next = places_[next].links.parent;
      }
    }
    at = next;
  }
  KSM_CHECK(seen == tree_.size);
  KSM_CHECK(sum.pages_shared == c.counters.pages_shared);
  KSM_CHECK(sum.pages_sharing == c.counters.pages_sharing);
  KSM_CHECK(sum.stable_node_chains == c.counters.stable_node_chains);
  KSM_CHECK(sum.stable_node_dups == c.counters.stable_node_dups);
}

void StableTree::check_place(const ScanContext& c, std::uint32_t place, Counters& sum) const {
  const Place& p = places_[place];
  KSM_CHECK(p.chain || p.nodes == 1);
  const bool red = p.colour == RbColour::red;
  for (std::uint32_t child : {p.links.left, p.links.right}) {
    if (child == kNoNode) continue;
    KSM_CHECK(places_[child].links.parent == place);
    KSM_CHECK(!red || places_[child].colour == RbColour::black);
  }
  std::uint32_t nodes = 0;
  for (std::uint32_t n = p.first; n != kNoNode; n = nodes_[n].next) {
    ++nodes;
    KSM_CHECK(nodes_[n].place == place);
    std::uint32_t sharers = 0;
    for (std::uint32_t s = nodes_[n].first_sharer; s != kNoNode;
         s = c.items[SiteId{s}].sharer.next) {
      const RmapItem& item = c.items[SiteId{s}];
      KSM_CHECK(item.state == RmapState::stable && item.sharer.node == n);
      ++sharers;
    }
    KSM_CHECK(sharers == nodes_[n].sharer_count);
    if (sharers > 0) {
      ++sum.pages_shared;
      sum.pages_sharing += sharers - 1;
    }
  }
  KSM_CHECK(nodes == p.nodes);
  if (p.chain) {
    ++sum.stable_node_chains;
    sum.stable_node_dups += nodes;
  }
}

}  // namespace ksmsim::ksm
