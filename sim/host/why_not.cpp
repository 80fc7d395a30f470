#include "sim/host/why_not.hpp"

#include <array>
#include <bitset>
#include <cstddef>
#include <vector>

namespace ksmsim::host {
namespace {

using results::Detail;
using results::WhyNot;

// What a page's verdict depends on besides itself.
class Group {
 public:
  Group(const Machine& machine, const ContentGroup& group)
      : machine_(machine), memory_(machine.memory()) {
    const bool nodes_apart = knobs().merge_across_nodes == 0;
    if (nodes_apart) usable_on_.resize(256);
    std::optional<SiteId> first;
    group.for_each_page([&](SiteId site) {
      if (memory_.is_ksm(site)) {
        ++merged_;
        full_ &= machine.ksmd().is_full(memory_, memory_.mapping(site));
      } else if (!memory_.is_mergeable(site)) {
        return;
      }
      ++usable_;
      if (nodes_apart) ++usable_on_[memory_.node_of(site).value];
      if (!first) first = site;
      one_huge_page_ &= memory_.in_one_huge_page(*first, site);
    });
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
  const ksm::Known known = machine_.ksmd().known(memory_, site);
  if (known.checksum == ksm::Known::Checksum::never_taken) return WhyNot::not_reached;
  if (known.checksum == ksm::Known::Checksum::outdated) return WhyNot::changed;
  const bool rebuilt = known.state == ksm::RmapState::stable && memory_.is_huge(site);
  if (rebuilt || are_huge_twins()) return WhyNot::huge_page;
  if (knobs().smart_scan && known.is_skipped_next) return WhyNot::skipped;
  const mem::Mapping mapped = memory_.mapping(site);
  if (mem::is_frame(mapped) && memory_.frame(mapped).mappings > 1) return WhyNot::fork_twin;
  if (at_page_limit()) return WhyNot::page_limit;
  return merged_ > 0 && full_ ? WhyNot::sharing_limit : WhyNot::not_reached;
}

// Of a group that is not merged yet one page stays: one whose reason says least. These are the
// reasons, from the one that says least.
constexpr std::array kSaysLeast = {WhyNot::not_reached,  WhyNot::sharing_limit, WhyNot::page_limit,
                                   WhyNot::fork_twin,    WhyNot::skipped,       WhyNot::changed,
                                   WhyNot::huge_page,    WhyNot::other_node,    WhyNot::pinned,
                                   WhyNot::switched_off, WhyNot::not_registered};
static_assert(kSaysLeast.size() == results::kWhyNot.size());

// The page that stays: of those with this reason, in order, the one with this number.
struct Stays {
  WhyNot why;
  std::uint64_t number;
};

Stays one_that_stays(const Group& judged, const ContentGroup& group, std::uint64_t draw) {
  std::array<std::uint64_t, results::kWhyNot.size()> pages{};
  group.for_each_page(
      [&](SiteId site) { ++pages[static_cast<std::size_t>(judged.why_not(site))]; });
  for (WhyNot why : kSaysLeast) {
    const std::uint64_t count = pages[static_cast<std::size_t>(why)];
    if (count > 0) return {why, draw % count};
  }
  KSM_CHECK(false);
  return {};
}

// KSM pages of a content beside the first: on a node of their own, or because others were full.
class Copies {
 public:
  explicit Copies(const Machine& machine)
      : memory_(machine.memory()), apart_(machine.ksmd().knobs().merge_across_nodes == 0) {}
  // A verdict on the next KSM page; none on the first.
  std::optional<Verdict> judge(SiteId site) {
    const std::size_t node = memory_.node_of(site).value;
    const bool first = nodes_.none();
    const bool known = nodes_.test(node);
    nodes_.set(node);
    if (first) return std::nullopt;
    return Verdict{site, apart_ && !known ? WhyNot::other_node : WhyNot::sharing_limit, {}};
  }

 private:
  const mem::HostMemory& memory_;
  bool apart_;
  std::bitset<256> nodes_;
};

}  // namespace

Detail detail_of(const Machine& machine, SiteId site) {
  const ksm::Known known = machine.ksmd().known(machine.memory(), site);
  if (known.checksum == ksm::Known::Checksum::never_taken) return Detail::unvisited;
  if (known.checksum == ksm::Known::Checksum::current) return Detail::seen_once;
  if (known.state == ksm::RmapState::stable) return Detail::broken;
  if (known.state == ksm::RmapState::unstable) return Detail::stood_still;
  return known.was_skipped_last ? Detail::forgotten : Detail::restless;
}

void judge_group(const Machine& machine, const ContentGroup& group, std::uint64_t draw,
                 const TellVerdict& tell) {
  const Group judged(machine, group);
  std::optional<Stays> stays;
  if (judged.merged() == 0) stays = one_that_stays(judged, group, draw);
  Copies copies(machine);
  group.for_each_page([&](SiteId site) {
    if (machine.memory().is_ksm(site)) {
      if (const auto verdict = copies.judge(site)) tell(*verdict);
      return;
    }
    Verdict verdict{site, judged.why_not(site), {}};
    if (stays && verdict.why == stays->why && stays->number-- == 0) {
      stays.reset();
      return;
    }
    if (verdict.why == WhyNot::changed || verdict.why == WhyNot::not_reached) {
      verdict.detail = detail_of(machine, site);
    }
    tell(verdict);
  });
}

}  // namespace ksmsim::host
