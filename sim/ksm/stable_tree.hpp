// The stable tree: every KSM page, ordered by content.
//
// Words: a *stable node* is one KSM page and the items of its sharers. A *place* is one content in
// the red-black tree. A place holds one stable node (plain) or is a *chain*: several nodes of equal
// content, its *dups*, each with at most max_page_sharing sharers (but for forks).
// (The kernel puts the node itself or a chain head into the tree; that creating or dissolving a
// chain is a replacement without rebalancing is all that this shows.)
//
// With merge_across_nodes 0 there is one tree for each NUMA node. A node whose page has moved to
// another NUMA node goes to the *migrate list* when that is noticed, and from there into the tree
// where it belongs by then (ENGINE.md, section 9).
//
// A node holds no reference on its page. It is *stale* once its page has been freed; nobody tells
// KSM, so counters keep their values until somebody looks at the node.
//
// Invariants, tested by check_invariants():
//   (1) A plain place holds one node, a chain any number (also none, until it is visited).
//   (2) pages_shared and pages_sharing are the numbers of first and further sharers of all nodes.
//   (3) stable_node_chains is the number of chains, stable_node_dups that of nodes in them.
//   (4) The contents of places with a live node ascend in the order of their tree.
//   (5) A node is in a place or on the migrate list.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/chunked_vector.hpp"
#include "sim/ksm/red_black_tree.hpp"
#include "sim/ksm/scan_context.hpp"

namespace ksmsim::ksm {

// A stable node has the number of its page's frame.
using NodeId = Distinct<struct NodeTag, std::uint32_t>;
inline constexpr NodeId kNoStableNode{kNoNode};

class StableTree {
 public:
  // The page (its node) that the scanned page may join, or kNoStableNode. Descends as the
  // kernel's stable_tree_search does, removing what is stale and dissolving chains on the way. A
  // KSM page that is in a tree is its own answer; one from the migrate list goes into the tree.
  // REQUIRES: the site has a page.
  NodeId find(ScanContext& c, const ScannedPage& page);
  // As UnstableTree::warm_up().
  void warm_up(const ScanContext& c, std::span<const std::uint64_t> contents,
               std::uint8_t tree) const;
  std::uint32_t size(std::uint8_t tree) const {
    return tree < trees_.size() ? trees_[tree].size : 0;
  }
  // Makes a node without sharers for a KSM page; a chain if the content has a place already.
  // kNoStableNode if that is not possible (kernels without chains).
  NodeId insert(ScanContext& c, FrameId frame);
  // Adds a sharer, at the front. REQUIRES: the item is in no tree.
  void attach(ScanContext& c, NodeId node, SiteId site);
  // Takes a sharer off its node, or removes the whole node if it turns out stale.
  // REQUIRES: the item's state is stable.
  void detach(ScanContext& c, SiteId site);

  // Puts a node on the migrate list if its page is not on the NUMA node of its tree any more.
  // Returns whether it is on the list.
  bool note_migration(ScanContext& c, NodeId node);
  // Looks for stale nodes on the migrate list; a pass begins so.
  void prune_migrants(ScanContext& c);

  // The first site of the sharers, and the one behind another; kNoNode: none.
  std::uint32_t first_sharer(NodeId node) const { return nodes_[node.value].first_sharer; }

  // The node of what a site maps, or kNoStableNode.
  static NodeId node_of(const mem::HostMemory& memory, mem::Mapping mapped) {
    if (!mem::is_frame(mapped)) return kNoStableNode;
    const bool owned = memory.frame(mapped).mark.value >= mem::kFirstOwner;
    return owned ? NodeId{mapped.value} : kNoStableNode;
  }
  static FrameId frame_of(NodeId node) { return FrameId{node.value}; }
  std::uint32_t sharer_count(NodeId node) const { return nodes_[node.value].sharer_count; }
  // Whether the node has a sharer and room for `more` + 1 further ones.
  bool has_room(NodeId node, const Traits& traits, const Knobs& knobs,
                std::uint32_t more = 0) const;
  // Stable nodes, stale ones included.
  std::int64_t node_count() const { return node_count_; }

  enum class Emptied { yes, busy };
  // Removes nodes tree by tree, from the root on, until one whose page is still mapped is met
  // (then: busy), and those of the migrate list.
  Emptied remove_all(ScanContext& c);

  void check_invariants(const ScanContext& c) const;

 private:
  struct Node {
    std::uint32_t first_sharer = kNoNode;  // Site of the item; linked through items.
    std::uint32_t sharer_count = 0;
    std::uint32_t next = kNoNode, previous = kNoNode;  // In its place, or on the migrate list.
  };
  // What a frame's mark says: the place of its node, or that it is on the migrate list.
  static constexpr mem::KsmMark kMigrant{mem::kFirstOwner};
  static mem::KsmMark mark_of(std::uint32_t place) {
    return mem::KsmMark{mem::kFirstOwner + 1 + place};
  }
  // The place of a node; kNoNode: on the migrate list.
  static std::uint32_t place_of(const mem::HostMemory& memory, NodeId node) {
    const mem::KsmMark mark = memory.frame(frame_of(node)).mark;
    return mark == kMigrant ? kNoNode : mark.value - mem::kFirstOwner - 1;
  }
  struct Place {
    std::uint64_t content = 0;
    RbLinks links;                  // `parent` of a free one: the next free one.
    std::uint32_t first = kNoNode;  // Node, or first dup.
    std::uint32_t nodes = 0;
    RbColour colour = RbColour::red;
    bool chain = false;
    std::uint8_t tree = 0;
    std::uint64_t pruned_at = 0;  // Jiffies; of a chain.
  };
  // How the red-black tree sees places.
  struct PlaceAccess {
    ChunkedVector<Place, 4096>& places;
    RbLinks& links(std::uint32_t p) { return places[p].links; }
    RbColour colour(std::uint32_t p) const { return places[p].colour; }
    void set_colour(std::uint32_t p, RbColour colour) { places[p].colour = colour; }
  };
  enum class Prune { when_due, never };
  struct Descent {
    RbPlace where;                  // Where it ended: nothing equal there.
    std::uint32_t equal = kNoNode;  // Or the place of equal content,
    NodeId node = kNoStableNode;    // and the node of it that was chosen.
    bool gave_up = false;           // Nothing is known.
  };

  // Where a search that found nothing and passed no chain ended: an insertion of the same content
  // that follows would end there, too, as long as no tree has changed.
  struct Miss {
    std::uint64_t content = 0;
    RbPlace where;
    std::uint8_t tree = 0;
    bool holds = false;
  };

  Descent descend(ScanContext& c, std::uint8_t tree, std::uint64_t content, Prune prune);
  NodeId evaluate(ScanContext& c, std::uint32_t place, Prune prune);
  NodeId first_item_with_page(ScanContext& c, NodeId node);
  NodeId choose_dup(ScanContext& c, std::uint32_t place, Prune prune);
  bool has_room(const ScanContext& c, NodeId node, std::uint32_t more = 0) const {
    return has_room(node, c.traits, c.knobs, more);
  }
  NodeId put_into_tree(ScanContext& c, NodeId migrant, std::uint8_t number, const Descent& d);
  NodeId replace(ScanContext& c, NodeId moved, NodeId migrant);
  void take_off(ScanContext& c, NodeId node);
  void link_migrant(ScanContext& c, NodeId node);
  void unlink_migrant(NodeId node);
  void make_chain(ScanContext& c, std::uint32_t place);
  Emptied remove_unmapped(ScanContext& c, NodeId node);
  Emptied remove_place_by_place(ScanContext& c, RbTree& tree);
  // Whether the page of a node is still there.
  static bool alive(const mem::HostMemory& memory, NodeId node) {
    return memory.is_in_use(frame_of(node));
  }
  void remove_node(ScanContext& c, NodeId node);
  void remove_place(std::uint32_t place);
  void link_first(ScanContext& c, std::uint32_t place, NodeId node);
  void unlink(ScanContext& c, NodeId node);
  std::uint32_t new_place(std::uint8_t number, std::uint64_t content, const RbPlace& where);
  NodeId new_node(FrameId frame);
  void check_tree(const ScanContext& c, std::size_t tree, Counters& sum) const;
  void check_place(const ScanContext& c, std::uint32_t place, Counters& sum) const;
  void check_node(const ScanContext& c, std::uint32_t node, Counters& sum) const;

  RbTree& tree(std::uint8_t number) {
    if (number >= trees_.size()) trees_.resize(number + std::size_t{1});
    return trees_[number];
  }

  std::vector<RbTree> trees_;  // By NUMA node, or the one at 0.
  std::uint32_t first_migrant_ = kNoNode;
  Miss last_miss_;
  ChunkedVector<Place, 4096> places_;
  ChunkedVector<Node, 4096> nodes_;  // By frame.
  std::uint32_t free_place_ = kNoNode;
  std::int64_t node_count_ = 0;
};

}  // namespace ksmsim::ksm
