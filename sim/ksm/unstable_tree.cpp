#include "sim/ksm/unstable_tree.hpp"

namespace ksmsim::ksm {

using cost::Units;

UnstableTree::Found UnstableTree::find_or_insert(ScanContext& c, SiteId site, std::uint64_t pass) {
  const std::uint8_t number = c.tree_of(site);
  RbTree& tree = this->tree(number);
  c.meter.add_search(&Units::unstable_steps, tree.size, c.memory.class_of(site));
  const mem::Mapping ours = c.memory.mapping(site);
  const std::uint64_t content = c.memory.content(site);
  RbPlace where;
  for (std::uint32_t at = tree.root; at != kNoNode;) {
    const SiteId there{at};
    if (!c.memory.has_page(there) || !c.memory.is_mergeable(there)) return {};
    if (mem::is_frame(ours) && c.memory.mapping(there) == ours) return {};
    const std::uint64_t other = c.memory.content(there);
    if (content == other) {
      if (c.tree_of(there) != number) return {};
      return {Outcome::matched, there};
    }
    const bool left = content < other;
    where = {at, left ? RbPlace::Side::left : RbPlace::Side::right};
    const RbLinks& links = c.items[there].links;
    at = left ? links.left : links.right;
  }
  RmapItem& item = c.items[site];
  KSM_CHECK(item.state == RmapState::none);
  item.state = RmapState::unstable;
  item.stamp = static_cast<std::uint8_t>(pass);
  item.tree = number;
  ItemAccess access{c.items};
  RbOps(tree, access).insert(site.value, where);
  ++c.counters.pages_unshared;
  c.meter.add(&Units::unstable_inserts);
  return {Outcome::inserted, {}};
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
