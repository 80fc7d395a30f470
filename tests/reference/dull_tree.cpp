#include "tests/reference/dull_tree.hpp"

#include <utility>

namespace ksmsim::reference {

// Puts a node (or nothing) under a parent where another one hangs.
void DullTree::hang(TreeNode* node, TreeNode* parent, const TreeNode& instead_of) {
  if (node != nullptr) node->parent = parent;
  (parent == nullptr ? root_ : parent->left == &instead_of ? parent->left : parent->right) = node;
}

// A child takes the place of `top`, which goes down on the named side.
void DullTree::rotate(TreeNode& top, Side down) {
  const bool left = down == Side::left;
  TreeNode& child = left ? *top.right : *top.left;
  TreeNode* between = left ? child.left : child.right;
  (left ? top.right : top.left) = between;
  if (between != nullptr) between->parent = &top;
  hang(&child, top.parent, top);
  (left ? child.left : child.right) = &top;
  top.parent = &child;
}

void DullTree::insert(TreeNode& leaf, TreeNode* parent, Side side) {
  leaf.parent = parent;
  leaf.left = leaf.right = nullptr;
  leaf.red = true;
  (parent == nullptr ? root_ : side == Side::left ? parent->left : parent->right) = &leaf;
  TreeNode* node = &leaf;
  while (node->parent != nullptr && node->parent->red) {
    TreeNode* above = node->parent;
    TreeNode& top = *above->parent;
    const bool on_left = above == top.left;
    TreeNode* uncle = on_left ? top.right : top.left;
    if (uncle != nullptr && uncle->red) {
      above->red = uncle->red = false;
      top.red = true;
      node = &top;
      continue;
    }
    if (node == (on_left ? above->right : above->left)) {
      rotate(*above, on_left ? Side::left : Side::right);
      std::swap(node, above);
    }
    above->red = false;
    top.red = true;
    rotate(top, on_left ? Side::right : Side::left);
  }
  root_->red = false;
}

void DullTree::erase(TreeNode& node) {
  if (node.left == nullptr || node.right == nullptr) {
    TreeNode* child = node.left == nullptr ? node.right : node.left;
    hang(child, node.parent, node);
    if (!node.red) mend_after_erase(child, node.parent);
    return;
  }
  TreeNode* next = node.right;
  while (next->left != nullptr) next = next->left;
  const bool removed_red = next->red;
  TreeNode* child = next->right;
  TreeNode* parent = next->parent == &node ? next : next->parent;
  hang(child, next->parent, *next);
  replace(node, *next);
  if (!removed_red) mend_after_erase(child, parent);
}

void DullTree::replace(TreeNode& old, TreeNode& fresh) {
  hang(&fresh, old.parent, old);
  fresh.left = old.left;
  fresh.right = old.right;
  fresh.red = old.red;
  if (fresh.left != nullptr) fresh.left->parent = &fresh;
  if (fresh.right != nullptr) fresh.right->parent = &fresh;
}

// One black node is missing on the way to `node` (which may be nothing) under `parent`.
void DullTree::mend_after_erase(TreeNode* node, TreeNode* parent) {
  const auto black = [](const TreeNode* n) { return n == nullptr || !n->red; };
  while (parent != nullptr && black(node)) {
    const bool on_left = node == parent->left;
    const Side near = on_left ? Side::left : Side::right;
    const Side far = on_left ? Side::right : Side::left;
    const auto sibling = [&] { return on_left ? parent->right : parent->left; };
    if (sibling()->red) {
      sibling()->red = false;
      parent->red = true;
      rotate(*parent, near);
    }
    const auto near_nephew = [&] { return on_left ? sibling()->left : sibling()->right; };
    const auto far_nephew = [&] { return on_left ? sibling()->right : sibling()->left; };
    if (black(near_nephew()) && black(far_nephew())) {
      sibling()->red = true;
      node = parent;
      parent = node->parent;
      continue;
    }
    if (black(far_nephew())) {
      near_nephew()->red = false;
      sibling()->red = true;
      rotate(*sibling(), far);
    }
    sibling()->red = parent->red;
    parent->red = false;
    far_nephew()->red = false;
    rotate(*parent, near);
    return;
  }
  if (node != nullptr) node->red = false;
}

}  // namespace ksmsim::reference
