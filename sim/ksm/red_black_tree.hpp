// The kernel's red-black tree (lib/rbtree.c), over 32-bit indices instead of pointers.
//
// The shape of a tree decides what a search finds once pages in it have changed, so insertion and
// erasure follow the kernel case by case. The caller decides the order of nodes: it links a node
// where its search ended. It also keeps the nodes' links: `links(i)` must return a reference to the
// RbLinks of node i.
//
// A tree is its root (and the number of nodes); dropping all nodes at once is `tree = {}`.
#pragma once
#include <cstdint>

namespace ksmsim::ksm {

inline constexpr std::uint32_t kNoNode = ~std::uint32_t{0};

enum class RbColour : std::uint8_t { red, black };

struct RbLinks {
  std::uint32_t parent = kNoNode;
  std::uint32_t left = kNoNode;
  std::uint32_t right = kNoNode;
};

struct RbTree {
  std::uint32_t root = kNoNode;
  std::uint32_t size = 0;

  bool empty() const { return root == kNoNode; }
};

// Where a search ended: the last node (kNoNode: the tree is empty), and on which side of it.
struct RbPlace {
  std::uint32_t parent = kNoNode;
  enum class Side : std::uint8_t { left, right } side = Side::left;
};

// Nodes must have: RbLinks& links(i), RbColour colour(i), void set_colour(i, RbColour).
template <class Nodes>
class RbOps {
 public:
  RbOps(RbTree& tree, Nodes& nodes) : tree_(tree), nodes_(nodes) {}

  // Links node n as a red leaf at `place` and restores the balance. REQUIRES: n is in no tree.
  void insert(std::uint32_t n, RbPlace place) {
    links(n) = {place.parent, kNoNode, kNoNode};
    nodes_.set_colour(n, RbColour::red);
    if (place.parent == kNoNode) {
      tree_.root = n;
    } else if (place.side == RbPlace::Side::left) {
      links(place.parent).left = n;
    } else {
      links(place.parent).right = n;
    }
    ++tree_.size;
    fix_insertion(n);
  }

  // Takes node n out and restores the balance. REQUIRES: n is in this tree.
  void erase(std::uint32_t n) {
    const RbLinks at = links(n);
    std::uint32_t unbalanced = kNoNode;  // The parent of a place that lacks a black node.
    bool fix = false;
    if (at.left == kNoNode || at.right == kNoNode) {
      const std::uint32_t child = at.left == kNoNode ? at.right : at.left;
      put_in_place_of(n, child);
      if (child != kNoNode) {
        nodes_.set_colour(child, nodes_.colour(n));  // An only child is red, its parent black.
      } else if (nodes_.colour(n) == RbColour::black) {
        fix = true;
        unbalanced = at.parent;
      }
    } else {
      fix = erase_with_two_children(n, at, unbalanced);
    }
    --tree_.size;
    if (fix) fix_erasure(unbalanced);
  }

  // Node `by` takes the place and the colour of node n, which is in no tree then: the shape stays.
  // REQUIRES: n is in this tree, `by` in none.
  void replace(std::uint32_t n, std::uint32_t by) {
    const RbLinks at = links(n);
    links(by) = at;
    nodes_.set_colour(by, nodes_.colour(n));
    put_in_place_of(n, by);
    if (at.left != kNoNode) links(at.left).parent = by;
    if (at.right != kNoNode) links(at.right).parent = by;
  }

 private:
  RbLinks& links(std::uint32_t n) { return nodes_.links(n); }
  bool is_black(std::uint32_t n) { return n == kNoNode || nodes_.colour(n) == RbColour::black; }

  // `to` (or nothing) hangs where n hung; n's own links stay.
  void put_in_place_of(std::uint32_t n, std::uint32_t to) {
    const std::uint32_t parent = links(n).parent;
    if (parent == kNoNode) {
      tree_.root = to;
    } else if (links(parent).left == n) {
      links(parent).left = to;
    } else {
      links(parent).right = to;
    }
    if (to != kNoNode) links(to).parent = parent;
  }

  // The in-order successor takes the place and the colour of n. Returns whether a black node is
  // missing, and below which node.
  bool erase_with_two_children(std::uint32_t n, const RbLinks& at, std::uint32_t& unbalanced) {
    std::uint32_t successor = at.right;
    while (links(successor).left != kNoNode) successor = links(successor).left;
    const std::uint32_t child = links(successor).right;
    const bool was_black = is_black(successor);
    if (successor == at.right) {
      unbalanced = successor;
    } else {
      unbalanced = links(successor).parent;
      put_in_place_of(successor, child);
      links(successor).right = at.right;
      links(at.right).parent = successor;
    }
    put_in_place_of(n, successor);
    links(successor).left = at.left;
    links(at.left).parent = successor;
    nodes_.set_colour(successor, nodes_.colour(n));
    if (child != kNoNode) {
      nodes_.set_colour(child, RbColour::black);
      return false;
    }
    return was_black;
  }

  void rotate_left(std::uint32_t n) {
    const std::uint32_t up = links(n).right;
    const std::uint32_t middle = links(up).left;
    put_in_place_of(n, up);
    links(n).right = middle;
    if (middle != kNoNode) links(middle).parent = n;
    links(up).left = n;
    links(n).parent = up;
  }
  void rotate_right(std::uint32_t n) {
    const std::uint32_t up = links(n).left;
    const std::uint32_t middle = links(up).right;
    put_in_place_of(n, up);
    links(n).left = middle;
    if (middle != kNoNode) links(middle).parent = n;
    links(up).right = n;
    links(n).parent = up;
  }

  void fix_insertion(std::uint32_t n) {
    for (;;) {
      std::uint32_t parent = links(n).parent;
      if (parent == kNoNode) return nodes_.set_colour(n, RbColour::black);
      if (is_black(parent)) return;
      const std::uint32_t grandparent = links(parent).parent;  // Red parents are not the root.
      const bool on_left = links(grandparent).left == parent;
      const std::uint32_t uncle = on_left ? links(grandparent).right : links(grandparent).left;
      if (!is_black(uncle)) {
        nodes_.set_colour(uncle, RbColour::black);
        nodes_.set_colour(parent, RbColour::black);
        nodes_.set_colour(grandparent, RbColour::red);
        n = grandparent;
        continue;
      }
      if (on_left) {
        if (links(parent).right == n) {
          rotate_left(parent);
          parent = n;
        }
        rotate_right(grandparent);
      } else {
        if (links(parent).left == n) {
          rotate_right(parent);
          parent = n;
        }
        rotate_left(grandparent);
      }
      nodes_.set_colour(parent, RbColour::black);
      nodes_.set_colour(grandparent, RbColour::red);
      return;
    }
  }

  // The paths through one side of `parent` lack a black node: the empty side at first.
  void fix_erasure(std::uint32_t parent) {
    std::uint32_t n = kNoNode;
    while (parent != kNoNode) {
      const bool on_left = links(parent).left == n;
      std::uint32_t sibling = on_left ? links(parent).right : links(parent).left;
      if (!is_black(sibling)) {
        nodes_.set_colour(sibling, RbColour::black);
        nodes_.set_colour(parent, RbColour::red);
        if (on_left) {
          rotate_left(parent);
          sibling = links(parent).right;
        } else {
          rotate_right(parent);
          sibling = links(parent).left;
        }
      }
      std::uint32_t near = on_left ? links(sibling).left : links(sibling).right;
      std::uint32_t far = on_left ? links(sibling).right : links(sibling).left;
      if (is_black(near) && is_black(far)) {
        nodes_.set_colour(sibling, RbColour::red);
        if (!is_black(parent)) return nodes_.set_colour(parent, RbColour::black);
        n = parent;
        parent = links(n).parent;
        continue;
      }
      if (is_black(far)) {
        if (on_left) {
          rotate_right(sibling);
        } else {
          rotate_left(sibling);
        }
        nodes_.set_colour(sibling, RbColour::red);
        nodes_.set_colour(near, RbColour::black);
        far = sibling;
        sibling = near;
      }
      nodes_.set_colour(sibling, nodes_.colour(parent));
      nodes_.set_colour(parent, RbColour::black);
      nodes_.set_colour(far, RbColour::black);
      if (on_left) {
        rotate_left(parent);
      } else {
        rotate_right(parent);
      }
      return;
    }
  }

  RbTree& tree_;
  Nodes& nodes_;
};

}  // namespace ksmsim::ksm
