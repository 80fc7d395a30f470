// What would be right, reason by reason.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "viz/explain_figures.hpp"
#include "viz/words.hpp"

namespace ksmsim::viz {
namespace {

using results::WhyNot;

std::string pass_text(const ExplainFigures& f) {
  if (f.scanned_unseen) return "run was 1 between samples only, too short for the length of a pass";
  if (!f.pass_s) return "no page was scanned";
  return fmt::format("a pass takes {}{}", f.pass_is_estimated ? "an estimated " : "",
                     seconds_text(*f.pass_s));
}

// Who keeps a knob at a value for the whole run takes it out of the controller's hands.
bool is_kept(const ExplainFacts& facts, const char* knob) {
  const auto& configuration = facts.result.configuration;
  return std::any_of(configuration.begin(), configuration.end(),
                     [knob](const auto& one) { return one.first == std::string("set ") + knob; });
}

// How fast ksmd goes, and how to make it faster.
std::string pace(const ExplainFacts& facts) {
  if (facts.knobs.advisor_mode != ksm::AdvisorMode::none) {
    return fmt::format("lower advisor_target_scan_time (now {} s)",
                       facts.knobs.advisor_target_scan_time);
  }
  // What is set by hand where a controller turns the knob lasts until its next look.
  const auto by_controller = [&facts](const std::optional<std::string>& way, const char* knob) {
    return way && !is_kept(facts, knob);
  };
  const bool pages = by_controller(facts.faster_by_pages, "pages_to_scan");
  const bool sleep = by_controller(facts.faster_by_sleep, "sleep_millisecs");
  std::string text = pages ? *facts.faster_by_pages
                           : fmt::format("raise pages_to_scan (now {})", facts.knobs.pages_to_scan);
  if (!sleep) {
    text += fmt::format(" or lower sleep_millisecs (now {})", facts.knobs.sleep_millisecs);
  } else if (!facts.faster_by_sleep->empty()) {
    text += " or " + *facts.faster_by_sleep;
  }
  if (!pages && !sleep) return text;
  const std::string knobs = pages && sleep ? "pages_to_scan and sleep_millisecs"
                            : pages        ? "pages_to_scan"
                                           : "sleep_millisecs";
  return text +
         fmt::format(" ({} writes {} itself, over what is set by hand)", facts.controller, knobs);
}

std::string for_changed(const ExplainFacts& facts, const ExplainFigures& f) {
  std::string text = pass_text(f);
  if (f.median_life_s) {
    text += fmt::format(", and half of the contents that were written over lived less than {}",
                        seconds_text(*f.median_life_s));
  }
  const bool too_slow = f.pass_s && f.median_life_s && *f.pass_s > *f.median_life_s;
  if (!too_slow) return text + "; what changes faster than that is better not registered";
  // A pair forms for certain only if both visits fall into the content's life.
  const double factor = 2 * *f.pass_s / *f.median_life_s;
  text += fmt::format("; {}: {:.0f} times the pace makes two passes in that time", pace(facts),
                      std::ceil(factor));
  if (f.ksmd_part) {
    const double cpu = 100 * factor * *f.ksmd_part;
    text += fmt::format(", for about {:.0f} % of a core{}", cpu,
                        cpu > 100 ? " (ksmd has no more than one)" : "");
  }
  return text;
}

std::string for_switched_off(const ExplainFacts& facts) {
  std::string text =
      facts.knobs.run == ksm::RunMode::unmerge
          ? "run is 2, which takes apart what was merged; write 1 to /sys/kernel/mm/ksm/run"
          : "run is 0; write 1 to /sys/kernel/mm/ksm/run";
  if (is_kept(facts, "run") || facts.controller.empty()) return text;
  text = fmt::format("run is {} by the hand of {}", static_cast<int>(facts.knobs.run),
                     facts.controller);
  if (facts.unseen_guests.empty()) {
    return text + ", which finds enough memory free; its threshold decides";
  }
  return text + fmt::format(
                    ", which does not see guests started with -accel kvm ({} of them: {}{}); "
                    "start them with -enable-kvm, or use a version that sees them",
                    facts.unseen_guests.size(), facts.unseen_guests.front(),
                    facts.unseen_guests.size() > 1 ? ", ..." : "");
}

}  // namespace

std::string advice(WhyNot why, const ExplainFacts& facts, const ExplainFigures& f) {
  switch (why) {
    case WhyNot::changed:
      return for_changed(facts, f);
    case WhyNot::not_registered:
      return "whoever has the memory says that it may be merged: QEMU unless it is started with "
             "-machine mem-merge=off (libvirt: <nosharepages/>), other programs by madvise "
             "MADV_MERGEABLE, whole services by systemd's MemoryKSM=yes (kernel 6.4 and later); "
             "memory of hugetlbfs and shared memory (a memfd or file with share=on, as virtiofs "
             "and vhost-user need it) cannot be merged at all";
    case WhyNot::skipped:
      return "smart_scan passes over pages that did not merge before in up to eight passes of "
             "nine. Where a KSM page holds the same they merge when they are visited; two such "
             "pages meet only if both are visited in the same pass, so they may never merge: set "
             "smart_scan to 0, which costs CPU";
    case WhyNot::sharing_limit:
      return fmt::format(
          "a KSM page takes max_page_sharing (now {}) pages and no more; raise it "
          "(only while nothing is merged), or use_zero_pages 1 if they are zeros",
          facts.knobs.max_page_sharing);
    case WhyNot::not_reached:
      return pass_text(f) + ", and a new pair needs two visits: wait, or " + pace(facts);
    case WhyNot::fork_twin:
      return "forked processes share these pages already; ksmd merges one of them a pass";
    case WhyNot::switched_off:
      return for_switched_off(facts);
    case WhyNot::other_node:
      return "merge_across_nodes is 0, so equal pages on different NUMA nodes stay apart; 1 "
             "merges them (only to be set while nothing is merged), for remote reads";
    case WhyNot::pinned:
      return "a device (VFIO), O_DIRECT or io_uring holds these pages, so that they cannot be "
             "merged; a guest with a passed-through device is pinned as a whole";
    case WhyNot::huge_page:
      return "khugepaged makes merged pages huge again, or this kernel leaves equal pages of one "
             "huge page alone; lower max_ptes_shared of khugepaged, or guests without transparent "
             "huge pages";
    case WhyNot::page_limit:
      return fmt::format("max_kernel_pages (now {}) bounds the pages that KSM keeps; raise it",
                         facts.knobs.max_kernel_pages);
  }
  return {};
}

}  // namespace ksmsim::viz
