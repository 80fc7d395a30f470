// The stable tree: every KSM page, ordered by content.
//
// Words: a *stable node* is one KSM page and the items of its sharers. A *place* is one content in
// the red-black tree. A place holds one stable node (plain) or is a *chain*: several nodes of equal
// content, its *dups*, each with at most max_page_sharing sharers (but for forks).
//
// As in the kernel a plain place is its node: it has the number of the node's frame, and its
// content is that of the frame, which stays as long as the node. A chain has a record of its own;
// it takes the place of a node in the tree, or gives it back when it dissolves, without
// rebalancing.
//
// With merge_across_nodes 0 there is one tree for each NUMA node. A node whose page has moved to
// another NUMA node goes to the *migrate list* when that is noticed, and from there into the tree
// where it belongs by then (docs/kernel.md, *NUMA nodes*).
//
// A node holds no reference on its page. It is *stale* once its page has been freed; nobody tells
// KSM, so counters keep their values until somebody looks at the node.
//
// Invariants, tested by check_invariants():
//   (1) A plain place holds one node, a chain any number (also none, until it is visited).
//   (2) pages_shared and pages_sharing are the numbers of first and further sharers of all nodes.
//   (3) stable_node_chains is the number of chains, stable_node_dups that of nodes in them.
//   (4) The contents of places ascend in the order of their tree; nodes of a chain hold its own.
//   (5) A chain knows how many of its dups have room and how many are stale, but for those that
//       memory.gone() still names.
//   (6) A node is in a place or on the migrate list, and its frame's mark says which.
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
  // The page (its node) that the scanned page may join, or kNoStableNode. A KSM page that is in a
  // tree is its own answer. Tidies up as the kernel's stable_tree_search() does:
  //   on its way down it removes stale nodes, and dissolves chains that are none any more;
  //   where it ends, a scanned page from the migrate list goes into the tree, and an equal node
  //   whose page is on another NUMA node by now goes to that list.
  // REQUIRES: the site has a page.
  NodeId find_and_tidy(ScanContext& c, const ScannedPage& page);
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
  static NodeId node_of(const mem::Sites& memory, mem::Mapping mapped) {
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
  // Where a node hangs that is in no tree itself: its neighbours among the dups of its chain, or on
  // the migrate list (no chain).
  struct ListLinks {
    std::uint32_t next, previous, chain;
  };
  // In this order, so that what a search reads of a node is seldom in two lines of the cache.
  struct Node {
    std::uint32_t sharer_count : 31 = 0;
    RbColour colour : 1 = RbColour::red;  // Of a plain place.
    union {
      RbLinks links{};  // Of a plain place.
      ListLinks list;   // Of a dup or a migrant.
    };
    std::uint32_t first_sharer = kNoNode;  // Site of the item; linked through items.
  };
  static_assert(sizeof(Node) == 20);
  struct Chain {
    std::uint64_t content = 0;
    RbLinks links;                  // `parent` of a free one: the next free one.
    std::uint32_t first = kNoNode;  // Dup.
    std::uint32_t dups = 0;
    std::uint32_t with_room = 0;  // How many of them have room,
    std::uint32_t stale = 0;      // and how many are stale, as far as memory.gone() has told.
    RbColour colour = RbColour::red;
    std::uint8_t tree = 0;
    std::uint64_t pruned_at = 0;  // Jiffies.
  };
  using NodeTable = ChunkedVector<Node, 4096>;
  using ChainTable = ChunkedVector<Chain, 256>;

  // A place is the number of its node, or has this bit and the number of its chain.
  static constexpr std::uint32_t kChain = std::uint32_t{1} << 31;
  static bool is_chain(std::uint32_t place) { return (place & kChain) != 0; }
  Chain& chain(std::uint32_t place) { return chains_[place & ~kChain]; }
  const Chain& chain(std::uint32_t place) const { return chains_[place & ~kChain]; }
  // How the red-black tree sees places.
  struct PlaceAccess {
    NodeTable& nodes;
    ChainTable& chains;
    RbLinks& links(std::uint32_t p) {
      return is_chain(p) ? chains[p & ~kChain].links : nodes[p].links;
    }
    RbColour colour(std::uint32_t p) const {
      return is_chain(p) ? chains[p & ~kChain].colour : nodes[p].colour;
    }
    void set_colour(std::uint32_t p, RbColour colour) {
      if (is_chain(p)) {
        chains[p & ~kChain].colour = colour;
      } else {
        nodes[p].colour = colour;
      }
    }
  };
  const RbLinks& links(std::uint32_t place) const {
    return is_chain(place) ? chain(place).links : nodes_[place].links;
  }
  RbColour colour(std::uint32_t place) const {
    return is_chain(place) ? chain(place).colour : nodes_[place].colour;
  }
  std::uint64_t content_of(const mem::Sites& memory, std::uint32_t place) const {
    return is_chain(place) ? chain(place).content : memory.frame(FrameId{place}).content;
  }

  // What a frame's mark says of its node: on the migrate list, a dup, or plain in this tree.
  static constexpr mem::KsmMark kMigrant{mem::kFirstOwner};
  static constexpr mem::KsmMark kDup{mem::kFirstOwner + 1};
  static constexpr std::uint16_t kFirstPlain = mem::kFirstOwner + 2;
  static mem::KsmMark mark_of(const mem::Sites& memory, NodeId node) {
    return memory.frame(frame_of(node)).mark;
  }
  static void mark_plain(mem::KsmMemory& memory, NodeId node, std::uint8_t tree) {
    memory.set_owner(frame_of(node), mem::KsmMark{static_cast<std::uint16_t>(kFirstPlain + tree)});
  }
  // The tree of a place.
  std::uint8_t tree_of(const mem::Sites& memory, std::uint32_t place) const {
    if (is_chain(place)) return chain(place).tree;
    return static_cast<std::uint8_t>(mark_of(memory, NodeId{place}).value - kFirstPlain);
  }
  // The place of a node; kNoNode: on the migrate list.
  std::uint32_t place_of(const mem::Sites& memory, NodeId node) const {
    const mem::KsmMark mark = mark_of(memory, node);
    if (mark == kMigrant) return kNoNode;
    return mark == kDup ? nodes_[node.value].list.chain : node.value;
  }
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

  // Those of the descent, which remove what is stale where they come by; kNoStableNode: the place
  // is gone.
  Descent descend_pruning(ScanContext& c, std::uint8_t tree, std::uint64_t content, Prune prune);
  NodeId prune_place(ScanContext& c, std::uint32_t place, Prune prune);
  NodeId prune_items(ScanContext& c, NodeId node);
  NodeId prune_chain(ScanContext& c, std::uint32_t place, Prune prune);
  enum class Walk { to_first_with_room, whole };
  NodeId choose_dup_removing_stale(ScanContext& c, std::uint32_t place, Walk walk);
  bool is_dissolved(const ScanContext& c, const Chain& chain, NodeId chosen, Walk walk) const;
  void note_room(ScanContext& c, NodeId node, bool had_room);
  void note_gone(ScanContext& c);
  bool has_room(const ScanContext& c, NodeId node, std::uint32_t more = 0) const {
    return has_room(node, c.traits, c.knobs, more);
  }
  NodeId migrate_into_tree(ScanContext& c, NodeId migrant, std::uint8_t number, const Descent& d);
  NodeId migrate_out_of_tree(ScanContext& c, NodeId moved, NodeId migrant);
  void take_off(ScanContext& c, NodeId node);
  void link_migrant(ScanContext& c, NodeId node);
  void unlink_migrant(NodeId node);
  void put_in_place(ScanContext& c, NodeId node, std::uint8_t number, const Descent& d);
  std::uint32_t make_chain(ScanContext& c, std::uint32_t place);
  void dissolve(ScanContext& c, std::uint32_t place);
  Emptied remove_unmapped(ScanContext& c, NodeId node);
  Emptied remove_place_by_place(ScanContext& c, RbTree& tree);
  // Whether the page of a node is still there.
  static bool alive(const mem::Sites& memory, NodeId node) {
    return memory.is_in_use(frame_of(node));
  }
  void remove_node(ScanContext& c, NodeId node);
  static void let_go(ScanContext& c, SiteId site);
  void replace_place(std::uint8_t number, std::uint32_t place, std::uint32_t by);
  void remove_place(const ScanContext& c, std::uint32_t place);
  void link_first(ScanContext& c, std::uint32_t place, NodeId node);
  void unlink(ScanContext& c, NodeId node);
  std::uint32_t new_chain();
  void free_chain(std::uint32_t place);
  NodeId new_node(FrameId frame);
  void check_tree(const ScanContext& c, std::size_t tree, Counters& sum) const;
  void check_place(const ScanContext& c, std::uint32_t place, Counters& sum) const;
  void check_counts(const ScanContext& c, const Chain& p) const;
  std::uint32_t check_list(const ScanContext& c, std::uint32_t first, std::uint32_t chain,
                           Counters& sum) const;
  void check_node(const ScanContext& c, std::uint32_t node, Counters& sum) const;

  RbTree& tree(std::uint8_t number) {
    if (number >= trees_.size()) trees_.resize(number + std::size_t{1});
    return trees_[number];
  }

  std::vector<RbTree> trees_;  // By NUMA node, or the one at 0.
  std::uint32_t first_migrant_ = kNoNode;
  Miss last_miss_;
  NodeTable nodes_;  // By frame.
  ChainTable chains_;
  std::uint32_t free_chain_ = kNoNode;
  std::int64_t node_count_ = 0;
};

}  // namespace ksmsim::ksm
