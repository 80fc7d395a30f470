#include "sim/ksm/unstable_tree.hpp"

#include <array>

namespace ksmsim::ksm {

using cost::Units;

namespace {

// Whether the scanned page can be compared with the one at a node: that is still there, mergeable,
// and not the very same page.
bool may_compare(const ScanContext& c, const ScannedPage& page, SiteId there) {
  if (!c.memory.has_page(there) || !c.memory.is_mergeable(there)) return false;
  return !mem::is_frame(page.mapping) || c.memory.mapping(there) != page.mapping;
}

}  // namespace

UnstableTree::Found UnstableTree::find_or_insert(ScanContext& c, const ScannedPage& page,
                                                 std::uint64_t pass) {
  RbTree& tree = this->tree(page.tree);
  c.meter.add_search(&Units::unstable_steps, tree.size, c.memory.class_of(page.site));
  RbPlace where;
  for (std::uint32_t at = tree.root; at != kNoNode;) {
    const SiteId there{at};
    const std::uint64_t* held = c.memory.comparable(there);
    if (held == nullptr && !may_compare(c, page, there)) return {};
    const std::uint64_t other = held != nullptr ? *held : c.memory.content(there);
    if (page.content == other) {
      if (c.tree_of(there) != page.tree) return {};
      return {Outcome::matched, there};
    }
    const bool left = page.content < other;
    where = {at, left ? RbPlace::Side::left : RbPlace::Side::right};
    const RbLinks& links = c.items[there].links;
    at = left ? links.left : links.right;
  }
  RmapItem& item = c.items[page.site];
  KSM_CHECK(item.state == RmapState::none);
  item.state = RmapState::unstable;
  item.stamp = static_cast<std::uint8_t>(pass);
  item.tree = page.tree;
  ItemAccess access{c.items};
  RbOps(tree, access).insert(page.site.value, where);
  ++c.counters.pages_unshared;
  c.meter.add(&Units::unstable_inserts);
  return {Outcome::inserted, {}};
}

void UnstableTree::warm_up(const ScanContext& c, std::span<const std::uint64_t> contents,
                           std::uint8_t tree) const {
  std::array<std::uint32_t, kWarmedUp> at;
  at.fill(trees_[tree].root);
  for (bool going_on = true; going_on;) {
    going_on = false;
    for (std::size_t i = 0; i < contents.size(); ++i) {
      if (at[i] == kNoNode) continue;
      const SiteId there{at[i]};
      const std::uint64_t* held = c.memory.comparable(there);
      if (held == nullptr || *held == contents[i]) {
        at[i] = kNoNode;
        continue;
      }
      const RbLinks& links = c.items[there].links;
      at[i] = contents[i] < *held ? links.left : links.right;
      if (at[i] == kNoNode) continue;
      c.items.prefetch(SiteId{at[i]});
      c.memory.prefetch(SiteId{at[i]});
      going_on = true;
    }
  }
}

void UnstableTree::remove(ScanContext& c, SiteId site, std::uint64_t pass) {
  RmapItem& item = c.items[site];
  KSM_CHECK(item.state == RmapState::unstable);
  const auto age = static_cast<std::uint8_t>(pass - item.stamp);
  KSM_CHECK(age <= 1);
  if (age == 0) {
    ItemAccess access{c.items};
    RbOps(tree(item.tree), access).erase(site.value);
  }
  item.state = RmapState::none;
  --c.counters.pages_unshared;
}

}  // namespace ksmsim::ksm
