#include "sim/ksm/red_black_tree.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "sim/base/random.hpp"

namespace ksmsim::ksm {
namespace {

// Nodes whose number is their key.
struct Nodes {
  struct Node {
    RbLinks links;
    RbColour colour = RbColour::red;
  };
  std::vector<Node> all;

  RbLinks& links(std::uint32_t i) { return all[i].links; }
  RbColour colour(std::uint32_t i) const { return all[i].colour; }
  void set_colour(std::uint32_t i, RbColour colour) { all[i].colour = colour; }
};

class Tree {
 public:
  explicit Tree(std::uint32_t keys) : nodes_{std::vector<Nodes::Node>(keys)} {}

  void insert(std::uint32_t key) {
    RbPlace place;
    for (std::uint32_t at = tree_.root; at != kNoNode;) {
      const bool left = key < at;
      place = {at, left ? RbPlace::Side::left : RbPlace::Side::right};
      at = left ? nodes_.links(at).left : nodes_.links(at).right;
    }
    RbOps(tree_, nodes_).insert(key, place);
  }
  void erase(std::uint32_t key) { RbOps(tree_, nodes_).erase(key); }
  // The keys between `key` and `by` must not be in the tree.
  void replace(std::uint32_t key, std::uint32_t by) { RbOps(tree_, nodes_).replace(key, by); }
  void clear() { tree_ = {}; }

  const RbTree& tree() const { return tree_; }
  // Which rule of red-black trees is broken, or "".
  std::string broken() {
    if (tree_.root == kNoNode) return tree_.size == 0 ? "" : "an empty tree with a size";
    if (nodes_.colour(tree_.root) != RbColour::black) return "a red root";
    if (nodes_.links(tree_.root).parent != kNoNode) return "a root with a parent";
    error_.clear();
    (void)black_height(tree_.root);
    return error_;
  }
  // The keys from left to right.
  std::vector<std::uint32_t> keys() {
    std::vector<std::uint32_t> list;
    collect(tree_.root, list);
    return list;
  }
  // Shape and colours: "(left key[rb] right)".
  std::string shape() { return shape(tree_.root); }

 private:
  int black_height(std::uint32_t n) {
    if (n == kNoNode) return 0;
    const RbLinks at = nodes_.links(n);
    for (const std::uint32_t child : {at.left, at.right}) {
      if (child == kNoNode) continue;
      if (nodes_.links(child).parent != n) error_ = "a child that does not know its parent";
      if (nodes_.colour(n) == RbColour::red && nodes_.colour(child) == RbColour::red) {
        error_ = "a red child of a red node";
      }
    }
    const int left = black_height(at.left);
    if (left != black_height(at.right)) error_ = "unequal black heights";
    return left + (nodes_.colour(n) == RbColour::black ? 1 : 0);
  }
  void collect(std::uint32_t n, std::vector<std::uint32_t>& list) {
    if (n == kNoNode) return;
    collect(nodes_.links(n).left, list);
    list.push_back(n);
    collect(nodes_.links(n).right, list);
  }
  std::string shape(std::uint32_t n) {
    if (n == kNoNode) return ".";
    std::string name = std::to_string(n) + (nodes_.colour(n) == RbColour::red ? "r" : "b");
    const RbLinks at = nodes_.links(n);
    if (at.left == kNoNode && at.right == kNoNode) return name;
    return "(" + shape(at.left) + " " + name + " " + shape(at.right) + ")";
  }

  RbTree tree_;
  Nodes nodes_;
  std::string error_;
};

}  // namespace

TEST_CASE("a red-black tree holds what a set holds, in order and in balance") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    RandomStream random(seed, "red-black");
    const auto keys = static_cast<std::uint32_t>(random.between(1, 200));
    // From mostly inserting to mostly erasing.
    const std::uint64_t inserts = random.between(1, 9);
    Tree tree(keys);
    std::set<std::uint32_t> model;
    for (int step = 0; step < 600; ++step) {
      const auto key = static_cast<std::uint32_t>(random.below(keys));
      if (random.chance(inserts, 10)) {
        if (model.insert(key).second) tree.insert(key);
      } else if (model.erase(key) != 0) {
        tree.erase(key);
      }
      INFO("seed " << seed << " step " << step);
      REQUIRE(tree.broken() == "");
      REQUIRE(tree.keys() == std::vector<std::uint32_t>(model.begin(), model.end()));
      REQUIRE(tree.tree().size == model.size());
      REQUIRE(tree.tree().empty() == model.empty());
    }
  }
}

TEST_CASE("ascending insertion gives the textbook's shape") {
  Tree tree(16);
  for (std::uint32_t key = 1; key <= 8; ++key) tree.insert(key);
  CHECK(tree.shape() == "((1b 2r 3b) 4b (5b 6r (. 7b 8r)))");
}

TEST_CASE("a node with two children is replaced by its successor") {
  Tree tree(16);
  for (std::uint32_t key = 1; key <= 8; ++key) tree.insert(key);
  tree.erase(6);  // 7 takes its place and colour, 8 that of 7.
  CHECK(tree.shape() == "((1b 2r 3b) 4b (5b 7r 8b))");
  tree.erase(4);
  CHECK(tree.shape() == "((1b 2r 3b) 5b (. 7b 8r))");
}

TEST_CASE("replacing a node leaves the shape and all colours") {
  Tree tree(32);
  for (std::uint32_t key = 2; key <= 16; key += 2) tree.insert(key);
  REQUIRE(tree.shape() == "((2b 4r 6b) 8b (10b 12r (. 14b 16r)))");
  tree.replace(8, 9);    // The root,
  tree.replace(4, 5);    // a red node with two children,
  tree.replace(14, 13);  // a black one with one,
  tree.replace(16, 17);  // and leaves.
  tree.replace(10, 11);
  CHECK(tree.shape() == "((2b 5r 6b) 9b (11b 12r (. 13b 17r)))");
  CHECK(tree.broken() == "");
  CHECK(tree.tree().size == 8);
}

TEST_CASE("a tree that was dropped at once begins anew over dead links") {
  Tree tree(8);
  for (std::uint32_t key : {3u, 1u, 5u, 0u}) tree.insert(key);
  tree.clear();
  CHECK(tree.tree().empty());
  for (std::uint32_t key : {5u, 3u}) tree.insert(key);
  CHECK(tree.shape() == "(3r 5b .)");
}

}  // namespace ksmsim::ksm
