#include "sim/ksm/unstable_tree.hpp"

namespace ksmsim::ksm {

using cost::Units;

UnstableTree::Found UnstableTree::find_or_insert(ScanContext& c, SiteId site, std::uint64_t pass) {
  c.meter.add_search(&Units::unstable_steps, tree_.size, c.memory.class_of(site));
  const FrameId ours = c.memory.mapping(site);
  const std::uint64_t content = c.memory.frame(ours).content;
  RbPlace where;
  for (std::uint32_t at = tree_.root; at != kNoNode;) {
    const SiteId there{at};
    const mem::Mapping theirs = c.memory.mapping(there);
    if (!mem::is_frame(theirs) || theirs == ours) return {};
    if (!c.memory.space(c.memory.mm_of(there)).mergeable(c.memory.page_of(there))) return {};
    const std::uint64_t other = c.memory.frame(theirs).content;
    if (content == other) return {Outcome::matched, there};
    const bool left = content < other;
    where = {at, left ? RbPlace::Side::left : RbPlace::Side::right};
    const RbLinks& links = c.items[there].links;
    at = left ? links.left : links.right;
  }
  RmapItem& item = c.items[site];
  KSM_CHECK(item.state == RmapState::none);
  item.state = RmapState::unstable;
  item.stamp = static_cast<std::uint8_t>(pass);
  ItemAccess access{c.items};
  RbOps(tree_, access).insert(site.value, where);
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
    RbOps(tree_, access).erase(site.value);
  }
  item.state = RmapState::none;
  --c.counters.pages_unshared;
}

}  // namespace ksmsim::ksm
