#include "sim/host/why_not.hpp"

#include <algorithm>
#include <vector>

#include "sim/ksm/checksum.hpp"
#include "sim/ksm/smart_scan.hpp"

namespace ksmsim::host {
namespace {

using results::Detail;
using results::WhyNot;

// Whether ksmd passed over the page when it met it last. (A visit leaves a fresh budget, a skip
// takes of it.)
bool was_skipped(const ksm::RmapItem& item) {
  return item.age > 3 &&
         item.skips_left != ksm::skip_budget(static_cast<std::uint8_t>(item.age - 1));
}

// What a page's verdict depends on besides itself.
class Group {
 public:
  Group(const Machine& machine, std::span<const SiteId> frames)
      : machine_(machine), memory_(machine.memory()) {
    const bool nodes_apart = knobs().merge_across_nodes == 0;
    if (nodes_apart) usable_on_.resize(256);
    std::optional<SiteId> first;
    for (SiteId site : frames) {
      if (memory_.is_ksm(site)) {
        ++merged_;
        full_ &= machine.ksmd().is_full(memory_, memory_.mapping(site));
      } else if (!memory_.is_mergeable(site)) {
        continue;
      }
      ++usable_;
      if (nodes_apart) ++usable_on_[memory_.node_of(site).value];
      if (!first) first = site;
      one_huge_page_ &= memory_.in_one_huge_page(*first, site);
    }
  }

  std::int64_t merged() const { return merged_; }
  WhyNot why_not(SiteId site) const;

 private:
  const ksm::Knobs& knobs() const { return machine_.ksmd().knobs(); }
  bool is_held(SiteId site) const {
    return memory_.is_pinned(site) || memory_.is_in_held_huge_page(site);
  }
  // Whether pages that KSM could use are on other nodes only, and KSM keeps nodes apart.
  bool is_alone_on_its_node(SiteId site) const {
    return knobs().merge_across_nodes == 0 && usable_ > 1 &&
           usable_on_[memory_.node_of(site).value] == 1;
  }
  // Whether all pages that KSM could use are parts of one huge page, which stays whole.
  bool are_huge_twins() const {
    return one_huge_page_ && usable_ > 1 &&
           machine_.ksmd().traits().huge_twins == ksm::HugeTwins::stay;
  }
  bool at_page_limit() const {
    return knobs().max_kernel_pages != 0 && merged_ == 0 &&
           machine_.ksmd().traits().ksm_page == ksm::KsmPage::third_page &&
           machine_.counters().pages_shared >= static_cast<std::int64_t>(knobs().max_kernel_pages);
  }

  const Machine& machine_;
  const mem::HostMemory& memory_;
  std::int64_t merged_ = 0;              // KSM pages.
  bool full_ = true;                     // They can take no more.
  std::int64_t usable_ = 0;              // KSM pages, and others that may be merged.
  std::vector<std::int64_t> usable_on_;  // Of them, by node, where that matters.
  bool one_huge_page_ = true;            // They are parts of one huge page.
};

// What no scanning will change comes first, then what ksmd knows of the page.
WhyNot Group::why_not(SiteId site) const {
  if (!memory_.is_mergeable(site)) return WhyNot::not_registered;
  if (is_held(site)) return WhyNot::pinned;
  if (knobs().run != ksm::RunMode::merge) return WhyNot::switched_off;
  if (is_alone_on_its_node(site)) return WhyNot::other_node;
  const ksm::RmapItem* item = machine_.ksmd().item(site);
  if (item == nullptr || item->last_checksum == 0) return WhyNot::not_reached;
  if (item->last_checksum != ksm::checksum(memory_.content(site))) return WhyNot::changed;
  const bool rebuilt = item->state == ksm::RmapState::stable && memory_.is_huge(site);
  if (rebuilt || are_huge_twins()) return WhyNot::huge_page;
  if (knobs().smart_scan && item->skips_left > 0) return WhyNot::skipped;
  const mem::Mapping mapped = memory_.mapping(site);
  if (mem::is_frame(mapped) && memory_.frame(mapped).mappings > 1) return WhyNot::fork_twin;
  if (at_page_limit()) return WhyNot::page_limit;
  return merged_ > 0 && full_ ? WhyNot::sharing_limit : WhyNot::not_reached;
}

// One page of a group that is not merged yet stays: one whose reason says least.
void keep_one(std::vector<Verdict>& verdicts, std::uint64_t draw) {
  for (WhyNot why :
       {WhyNot::not_reached, WhyNot::sharing_limit, WhyNot::page_limit, WhyNot::fork_twin,
        WhyNot::skipped, WhyNot::changed, WhyNot::huge_page, WhyNot::other_node, WhyNot::pinned,
        WhyNot::switched_off, WhyNot::not_registered}) {
    const auto is_it = [why](const Verdict& v) { return v.why == why; };
    const auto count = std::count_if(verdicts.begin(), verdicts.end(), is_it);
    if (count == 0) continue;
    auto at = std::find_if(verdicts.begin(), verdicts.end(), is_it);
    for (auto n = draw % static_cast<std::uint64_t>(count); n > 0; --n) {
      at = std::find_if(at + 1, verdicts.end(), is_it);
    }
    verdicts.erase(at);
    return;
  }
}

// KSM pages of a content beside the first: on a node of their own, or because others were full.
void judge_copies(const Machine& machine, std::span<const SiteId> frames,
                  std::vector<Verdict>& verdicts) {
  const mem::HostMemory& memory = machine.memory();
  const bool apart = machine.ksmd().knobs().merge_across_nodes == 0;
  std::vector<NumaNode> nodes;
  for (SiteId site : frames) {
    if (!memory.is_ksm(site)) continue;
    const NumaNode node = memory.node_of(site);
    const bool first = nodes.empty();
    const bool known = std::find(nodes.begin(), nodes.end(), node) != nodes.end();
    if (!known) nodes.push_back(node);
    if (first) continue;
    verdicts.push_back({site, apart && !known ? WhyNot::other_node : WhyNot::sharing_limit, {}});
  }
}

}  // namespace

Detail detail_of(const Machine& machine, SiteId site) {
  const ksm::RmapItem* item = machine.ksmd().item(site);
  if (item == nullptr || item->last_checksum == 0) return Detail::unvisited;
  if (item->last_checksum == ksm::checksum(machine.memory().content(site))) {
    return Detail::seen_once;
  }
  if (item->state == ksm::RmapState::stable) return Detail::broken;
  if (item->state == ksm::RmapState::unstable) return Detail::stood_still;
  return was_skipped(*item) ? Detail::forgotten : Detail::restless;
}

std::vector<Verdict> judge_group(const Machine& machine, std::span<const SiteId> frames,
                                 std::uint64_t draw) {
  const Group group(machine, frames);
  std::vector<Verdict> verdicts;
  for (SiteId site : frames) {
    if (machine.memory().is_ksm(site)) continue;
    Verdict verdict{site, group.why_not(site), {}};
    if (verdict.why == WhyNot::changed || verdict.why == WhyNot::not_reached) {
      verdict.detail = detail_of(machine, site);
    }
    verdicts.push_back(verdict);
  }
  if (group.merged() > 0) {
    judge_copies(machine, frames, verdicts);
  } else {
    keep_one(verdicts, draw);
  }
  return verdicts;
}

}  // namespace ksmsim::host
