// Ksmd: what becomes of one page.
#include <array>
#include <span>

#include "sim/ksm/checksum.hpp"
#include "sim/ksm/ksmd.hpp"

namespace ksmsim::ksm {

using cost::Units;

// Whether the site's item is a sharer of the very page that the site maps.
bool Ksmd::is_known(mem::Mapping mapped, SiteId site) const {
  const RmapItem& item = items_[site];
  return item.state == RmapState::stable && item.sharer.node == mapped.value;
}

// cmp_and_merge_page() of mm/ksm.c.
VisitOutcome Ksmd::visit(ScanContext& c, SiteId site) {
  const mem::Mapping mapped = c.memory.mapped_page(site);
  if (traits().ksm_page == KsmPage::third_page) {
    if (const auto outcome = visit_third_page(c, site)) return *outcome;
    untree(c, site);
  } else if (is_known(mapped, site) && knobs().merge_across_nodes != 0) {
    return VisitOutcome::still_merged;
  }
  const ScannedPage page{site, mapped, c.memory.content(site), c.tree_of(site)};
  const NodeId node = StableTree::node_of(c.memory, mapped);
  if (node != kNoStableNode) {
    if (!stable_.note_migration(c, node) && is_known(mapped, site))
      return VisitOutcome::still_merged;
  } else if (traits().search == SearchOrder::checksum_first) {
    untree(c, site);  // A write to a merged page shows in the counters here.
    if (const auto outcome = compare_checksum(c, page)) return *outcome;
  }
  warm_up(c, page);
  const NodeId found = stable_.find_and_tidy(c, page);
  if (found != kNoStableNode && found == node && is_known(mapped, site))
    return VisitOutcome::still_merged;
  untree(c, site);
  if (found != kNoStableNode) {
    // A KSM page met at a site that KSM does not know yet, as a fork leaves it, joins its own node,
    // whatever the limit says.
    if (!merge_into(c, site, StableTree::frame_of(found))) return VisitOutcome::merge_failed;
    stable_.attach(c, found, site);
    return VisitOutcome::joined;
  }
  if (traits().ksm_page == KsmPage::third_page && c.memory.is_ksm(site)) {
    // Left over by a fork: copied, while ksmd goes on with the KSM page, which no other can join.
    c.memory.break_sharing(site);
    if (const auto outcome = compare_checksum(c, page)) return *outcome;
    const auto pass = kernel_.pass();
    const bool inserted =
        unstable_.find_or_insert(c, page, pass).outcome == UnstableTree::Outcome::inserted;
    return inserted ? VisitOutcome::unshared : VisitOutcome::merge_failed;
  }
  if (traits().search == SearchOrder::stable_tree_first) {
    if (const auto outcome = compare_checksum(c, page)) return *outcome;
  }
  return search_unstable(c, page);
}

// A KSM page of 2.6.32 is no page of any process: one that a single site maps becomes an ordinary
// page again. Nothing if it is none, or KSM does not know this site of it yet.
std::optional<VisitOutcome> Ksmd::visit_third_page(ScanContext& c, SiteId site) {
  if (!c.memory.is_ksm(site) || items_[site].state != RmapState::stable) return std::nullopt;
  if (c.memory.frame(c.memory.mapping(site)).mappings > 1) return VisitOutcome::still_merged;
  const std::uint64_t content = c.memory.content(site);
  c.memory.break_sharing(site);
  untree(c, site);
  items_[site].last_checksum = checksum(content);
  kernel_.meter.add(&Units::checksums);
  return VisitOutcome::checksum_changed;
}

// Before a search in large trees: the pages behind this one in its block that will be searched for
// as well are looked up together.
void Ksmd::warm_up(const ScanContext& c, const ScannedPage& page) {
  constexpr std::uint32_t kLarge = 1 << 14;
  const bool stable = stable_.size(page.tree) >= kLarge;
  const bool unstable = unstable_.size(page.tree) >= kLarge;
  const std::uint32_t first = page.site.value;
  if ((!stable && !unstable) || (first < warmed_up_to_ && first + kWarmedUp >= warmed_up_to_))
    return;
  std::array<std::uint64_t, kWarmedUp> contents{page.content};
  std::size_t count = 1;
  std::uint32_t site = first + 1;
  for (; site % mem::kBlockPages != 0 && count < kWarmedUp; ++site) {
    const std::uint64_t* held = c.memory.comparable(SiteId{site});
    if (held == nullptr || !items_.exists(SiteId{site})) continue;
    if (items_[SiteId{site}].last_checksum == checksum(*held)) contents[count++] = *held;
  }
  warmed_up_to_ = site;
  const std::span<const std::uint64_t> all(contents.data(), count);
  if (stable) stable_.warm_up(c, all, page.tree);
  if (unstable) unstable_.warm_up(c, all, page.tree);
}

// What a page that changed, or that holds zeros, comes to; nothing if it is to be searched for.
std::optional<VisitOutcome> Ksmd::compare_checksum(ScanContext& c, const ScannedPage& page) {
  RmapItem& item = items_[page.site];
  const std::uint32_t now = checksum(page.content);
  kernel_.meter.add(&Units::checksums);
  if (item.last_checksum != now) {
    item.last_checksum = now;
    return VisitOutcome::checksum_changed;
  }
  if (!knobs().use_zero_pages || now != checksum(0)) return std::nullopt;
  if (!may_merge(c, page.site) || page.content != 0) return std::nullopt;
  c.memory.remap_to_zero_page(page.site);
  kernel_.meter.add(&Units::zero_pages);
  return VisitOutcome::zero_page;
}

VisitOutcome Ksmd::search_unstable(ScanContext& c, const ScannedPage& page) {
  const auto pass = kernel_.pass();
  const auto found = unstable_.find_or_insert(c, page, pass);
  switch (found.outcome) {
    case UnstableTree::Outcome::inserted:
      return VisitOutcome::unshared;
    case UnstableTree::Outcome::gave_up:
      return VisitOutcome::gave_up;
    case UnstableTree::Outcome::matched:
      break;
  }
  return merge_pair(c, page.site, found.partner);
}

VisitOutcome Ksmd::merge_pair(ScanContext& c, SiteId site, SiteId partner) {
  const auto page = page_for_pair(c, site, partner);
  if (!page) return VisitOutcome::merge_failed;
  kernel_.meter.add(&Units::ksm_pages);
  if (!merge_into(c, partner, *page)) {
    // Undone, by a private copy; and the site was merged for a moment.
    c.memory.break_sharing(site);
    if (traits().merged_items == MergedItems::forget) items_[site].forget();
    return VisitOutcome::merge_failed;
  }
  untree(c, partner);
  const NodeId node = stable_.insert(c, *page);
  if (node ==
      kNoStableNode) {  // Two sites of a KSM page outside the tree: private copies for both.
    c.memory.break_sharing(partner);
    c.memory.break_sharing(site);
    return VisitOutcome::merge_failed;
  }
  stable_.attach(c, node, partner);
  stable_.attach(c, node, site);
  return VisitOutcome::paired;
}

// Makes the KSM page of a pair: the page scanned second, in place; or, in 2.6.32, a third one that
// its site maps from then on, as long as there may be more.
std::optional<FrameId> Ksmd::page_for_pair(ScanContext& c, SiteId site, SiteId partner) {
  if (c.memory.in_one_huge_page(site, partner)) {
    // Both hold the huge page, so it cannot be split; that is tried again when they have let go.
    if (traits().huge_twins == HugeTwins::split) (void)c.memory.split_huge_page(site);
    return std::nullopt;
  }
  if (traits().ksm_page == KsmPage::second_page) {
    if (!may_merge(c, site)) return std::nullopt;
    return c.memory.make_ksm(site);
  }
  const auto limit = static_cast<std::int64_t>(knobs().max_kernel_pages);
  if (limit != 0 && kernel_.counters.pages_shared >= limit) return std::nullopt;
  if (!may_merge(c, site)) return std::nullopt;
  const FrameId page = c.memory.new_ksm_page(site);
  c.memory.remap(site, page);
  return page;
}

// Whether the page can be taken away from its site: it is still there once the huge page that it is
// part of has been split, nobody else holds it, and it is no KSM page already (which does not know
// its place in a process).
bool Ksmd::may_merge(ScanContext& c, SiteId site) {
  if (!c.memory.has_page(site) || !c.memory.split_huge_page(site)) return false;
  return c.memory.has_page(site) && !c.memory.is_ksm(site) && !c.memory.is_pinned(site);
}

// Points the site at an equal KSM page.
bool Ksmd::merge_into(ScanContext& c, SiteId site, FrameId target) {
  if (c.memory.mapping(site) == target) return true;
  if (!may_merge(c, site) || c.memory.content(site) != c.memory.frame(target).content) return false;
  c.memory.remap(site, target);
  kernel_.meter.add(&Units::merges);
  return true;
}

void Ksmd::untree(ScanContext& c, SiteId site) {
  switch (items_[site].state) {
    case RmapState::none:
      return;
    case RmapState::stable:
      return stable_.detach(c, site);
    case RmapState::unstable:
      return unstable_.remove(c, site, kernel_.pass());
  }
}

}  // namespace ksmsim::ksm
