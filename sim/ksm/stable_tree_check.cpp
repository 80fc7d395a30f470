// StableTree: its invariants, counted anew.
#include "sim/ksm/stable_tree.hpp"

namespace ksmsim::ksm {

void StableTree::check_invariants(const ScanContext& c) const {
  Counters sum;
  std::int64_t places = 0;
  std::int64_t free_chains = 0;
  for (std::size_t tree = 0; tree < trees_.size(); ++tree) {
    check_tree(c, tree, sum);
    places += trees_[tree].size;
  }
  const std::int64_t migrants = check_list(c, first_migrant_, kNoNode, sum);
  KSM_CHECK(node_count_ == places - sum.stable_node_chains + sum.stable_node_dups + migrants);
  for (std::uint32_t n = free_chain_; n != kNoNode; n = chains_[n].links.parent) ++free_chains;
  KSM_CHECK(sum.stable_node_chains + free_chains == static_cast<std::int64_t>(chains_.size()));
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
  KSM_CHECK(at == kNoNode || colour(at) == RbColour::black);
  KSM_CHECK(at == kNoNode || links(at).parent == kNoNode);
  while (at != kNoNode && links(at).left != kNoNode) at = links(at).left;
  while (at != kNoNode) {
    ++seen;
    KSM_CHECK(tree_of(c.memory, at) == tree);
    check_place(c, at, sum);
    const std::uint64_t content = content_of(c.memory, at);
    KSM_CHECK(!have_last || last < content);
    last = content;
    have_last = true;
    std::uint32_t next = links(at).right;
    if (next != kNoNode) {
      while (links(next).left != kNoNode) next = links(next).left;
    } else {
      std::uint32_t child = at;
      next = links(at).parent;
      while (next != kNoNode && links(next).right == child) {
        child = next;
        next = links(next).parent;
      }
    }
    at = next;
  }
  KSM_CHECK(seen == trees_[tree].size);
}

void StableTree::check_place(const ScanContext& c, std::uint32_t place, Counters& sum) const {
  const bool red = colour(place) == RbColour::red;
  for (std::uint32_t child : {links(place).left, links(place).right}) {
    if (child == kNoNode) continue;
    KSM_CHECK(links(child).parent == place);
    KSM_CHECK(!red || colour(child) == RbColour::black);
  }
  if (is_chain(place)) {
    const std::uint32_t dups = check_list(c, chain(place).first, place, sum);
    KSM_CHECK(dups == chain(place).dups);
    check_counts(c, chain(place));
    ++sum.stable_node_chains;
    sum.stable_node_dups += dups;
  } else {
    KSM_CHECK(mark_of(c.memory, NodeId{place}).value >= kFirstPlain);
    check_node(c, place, sum);
  }
}

void StableTree::check_counts(const ScanContext& c, const Chain& p) const {
  std::uint32_t with_room = 0;
  std::uint32_t stale = 0;
  for (std::uint32_t n = p.first; n != kNoNode; n = nodes_[n].list.next) {
    with_room += has_room(c, NodeId{n}) ? 1 : 0;
    stale += alive(c.memory, NodeId{n}) ? 0 : 1;
  }
  KSM_CHECK(with_room == p.with_room);
  KSM_CHECK(c.memory.gone().empty() ? stale == p.stale : stale >= p.stale);
}

// The dups of a chain, or (kNoNode) the migrants. Returns how many there are.
std::uint32_t StableTree::check_list(const ScanContext& c, std::uint32_t first, std::uint32_t chain,
                                     Counters& sum) const {
  std::uint32_t count = 0;
  std::uint32_t previous = kNoNode;
  for (std::uint32_t n = first; n != kNoNode; n = nodes_[n].list.next) {
    ++count;
    KSM_CHECK(mark_of(c.memory, NodeId{n}) == (chain == kNoNode ? kMigrant : kDup));
    KSM_CHECK(nodes_[n].list.chain == chain && nodes_[n].list.previous == previous);
    KSM_CHECK(chain == kNoNode ||
              c.memory.frame(FrameId{n}).content == content_of(c.memory, chain));
    check_node(c, n, sum);
    previous = n;
  }
  return count;
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
