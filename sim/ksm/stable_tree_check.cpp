// StableTree: its invariants, counted anew.
#include "sim/ksm/stable_tree.hpp"

namespace ksmsim::ksm {

void StableTree::check_invariants(const ScanContext& c) const {
  Counters sum;
  for (std::size_t tree = 0; tree < trees_.size(); ++tree) check_tree(c, tree, sum);
  for (std::uint32_t n = first_migrant_; n != kNoNode; n = nodes_[n].next) {
    KSM_CHECK(place_of(c.memory, NodeId{n}) == kNoNode);
    check_node(c, n, sum);
  }
  KSM_CHECK(sum.pages_shared == c.counters.pages_shared);
  KSM_CHECK(sum.pages_sharing == c.counters.pages_sharing);
  KSM_CHECK(sum.stable_node_chains == c.counters.stable_node_chains);
  KSM_CHECK(sum.stable_node_dups == c.counters.stable_node_dups);
}

void StableTree::check_tree(const ScanContext& c, std::size_t tree, Counters& sum) const {
  std::uint32_t seen = 0;
  bool have_last = false;
  std::uint64_t last = 0;
  // In order, without a stack: parents are known.
  std::uint32_t at = trees_[tree].root;
  KSM_CHECK(at == kNoNode || places_[at].colour == RbColour::black);
  while (at != kNoNode && places_[at].links.left != kNoNode) at = places_[at].links.left;
  while (at != kNoNode) {
    ++seen;
    KSM_CHECK(places_[at].tree == tree);
    check_place(c, at, sum);
    for (std::uint32_t n = places_[at].first; n != kNoNode; n = nodes_[n].next) {
      if (!alive(c.memory, NodeId{n})) continue;
      const std::uint64_t content = c.memory.frame(FrameId{n}).content;
      KSM_CHECK(content == places_[at].content);
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
  KSM_CHECK(seen == trees_[tree].size);
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
    KSM_CHECK(place_of(c.memory, NodeId{n}) == place);
    check_node(c, n, sum);
  }
  KSM_CHECK(nodes == p.nodes);
  if (p.chain) {
    ++sum.stable_node_chains;
    sum.stable_node_dups += nodes;
  }
}

void StableTree::check_node(const ScanContext& c, std::uint32_t node, Counters& sum) const {
  std::uint32_t sharers = 0;
  for (std::uint32_t s = nodes_[node].first_sharer; s != kNoNode;
       s = c.items[SiteId{s}].sharer.next) {
    const RmapItem& item = c.items[SiteId{s}];
    KSM_CHECK(item.state == RmapState::stable && item.sharer.node == node);
    ++sharers;
  }
  KSM_CHECK(sharers == nodes_[node].sharer_count);
  if (sharers == 0) return;
  ++sum.pages_shared;
  sum.pages_sharing += sharers - 1;
}

}  // namespace ksmsim::ksm
