// A red-black tree as in the textbook, for the reference model.
#pragma once
#include <cstdint>

namespace ksmsim::reference {

// A place in a DullTree; what is to be in a tree derives from it.
struct TreeNode {
  TreeNode* parent = nullptr;
  TreeNode* left = nullptr;
  TreeNode* right = nullptr;
  bool red = false;
};

// A red-black tree as in the textbook, and so of the kernel's shapes. The user walks it, since only
// the user knows how to compare, and names the place of what is new.
class DullTree {
 public:
  enum class Side : std::uint8_t { left, right };

  TreeNode* root() const { return root_; }
  // Forgets all nodes without touching them.
  void clear() { root_ = nullptr; }
  // Hangs a new leaf under the parent (nullptr: it is the root) and rebalances.
  void insert(TreeNode& leaf, TreeNode* parent, Side side);
  // Takes a node out and rebalances; with two children, its successor takes its place and colour.
  void erase(TreeNode& node);
  // Puts another node into the place and colour of one, without rebalancing.
  void replace(TreeNode& old, TreeNode& fresh);

 private:
  void hang(TreeNode* node, TreeNode* parent, const TreeNode& instead_of);
  void rotate(TreeNode& top, Side down);
  void mend_after_erase(TreeNode* node, TreeNode* parent);

  TreeNode* root_ = nullptr;
};

}  // namespace ksmsim::reference
