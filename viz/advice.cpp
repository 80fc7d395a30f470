// What would be right, reason by reason.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

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
bool is_kept(const results::RunResult& result, const char* knob) {
  return std::any_of(result.kept_knobs.begin(), result.kept_knobs.end(),
                     [knob](const auto& kept) { return kept.first == knob; });
}

// How the controller is told to turn a knob further; empty if it goes no further. REQUIRES: the
// knob is in its hands.
std::string told(const char* what, const results::PaceHold& pace, const std::string& controller) {
  switch (pace.hold) {
    case results::Hold::constant:
      return fmt::format("{} {} of {} (now {})", what, pace.constant, controller, pace.now);
    case results::Hold::entry:
      return fmt::format("{} {} in the entries of {}", what, pace.constant, controller);
    case results::Hold::by_hand:
    case results::Hold::at_limit:
      break;
  }
  return "";
}

// How fast ksmd goes, and how to make it faster.
std::string pace(const results::RunResult& result) {
  const ksm::Knobs& now = result.knobs;
  if (now.advisor_mode != ksm::AdvisorMode::none) {
    return fmt::format("lower advisor_target_scan_time (now {} s)", now.advisor_target_scan_time);
  }
  // What is set by hand where a controller turns the knob lasts until its next look.
  const results::ControllerFacts& controller = result.controller;
  const auto is_its = [&result](const results::PaceHold& held, const char* knob) {
    return held.hold != results::Hold::by_hand && !is_kept(result, knob);
  };
  const bool pages = is_its(controller.pages, "pages_to_scan");
  const bool sleep = is_its(controller.sleep, "sleep_millisecs");
  std::string text = pages ? told("raise", controller.pages, controller.name)
                           : fmt::format("raise pages_to_scan (now {})", now.pages_to_scan);
  const std::string lower = told("lower", controller.sleep, controller.name);
  if (!sleep) {
    text += fmt::format(" or lower sleep_millisecs (now {})", now.sleep_millisecs);
  } else if (!lower.empty()) {
    text += " or " + lower;
  }
  if (!pages && !sleep) return text;
  const std::string knobs = pages && sleep ? "pages_to_scan and sleep_millisecs"
                            : pages        ? "pages_to_scan"
                                           : "sleep_millisecs";
  return text +
         fmt::format(" ({} writes {} itself, over what is set by hand)", controller.name, knobs);
}

std::string for_changed(const results::RunResult& result, const ExplainFigures& f) {
  std::string text = pass_text(f);
  if (f.median_life_s) {
    text += fmt::format(", and half of the contents that were written over lived less than {}",
                        seconds_text(*f.median_life_s));
  }
  const bool too_slow = f.pass_s && f.median_life_s && *f.pass_s > *f.median_life_s;
  if (!too_slow) return text + "; what changes faster than that is better not registered";
  // A pair forms for certain only if both visits fall into the content's life.
  const double factor = 2 * *f.pass_s / *f.median_life_s;
  text += fmt::format("; {}: {:.0f} times the pace makes two passes in that time", pace(result),
                      std::ceil(factor));
  if (f.ksmd_part) {
    const double cpu = 100 * factor * *f.ksmd_part;
    text += fmt::format(", for about {:.0f} % of a core{}", cpu,
                        cpu > 100 ? " (ksmd has no more than one)" : "");
  }
  return text;
}

std::string for_switched_off(const results::RunResult& result) {
  const std::vector<std::string>& unseen = result.controller.unseen_guests;
  std::string text =
      result.knobs.run == ksm::RunMode::unmerge
          ? "run is 2, which takes apart what was merged; write 1 to /sys/kernel/mm/ksm/run"
          : "run is 0; write 1 to /sys/kernel/mm/ksm/run";
  if (is_kept(result, "run") || result.controller.name.empty()) return text;
  text = fmt::format("run is {} by the hand of {}", static_cast<int>(result.knobs.run),
                     result.controller.name);
  if (unseen.empty()) {
    return text + ", which finds enough memory free; its threshold decides";
  }
  return text + fmt::format(
                    ", which does not see guests started with -accel kvm ({} of them: {}{}); "
                    "start them with -enable-kvm, or use a version that sees them",
                    unseen.size(), unseen.front(), unseen.size() > 1 ? ", ..." : "");
}

}  // namespace

std::string advice(WhyNot why, const results::RunResult& result, const ExplainFigures& f) {
  switch (why) {
    case WhyNot::changed:
      return for_changed(result, f);
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
          result.knobs.max_page_sharing);
    case WhyNot::not_reached:
      return pass_text(f) + ", and a new pair needs two visits: wait, or " + pace(result);
    case WhyNot::fork_twin:
      return "forked processes share these pages already; ksmd merges one of them a pass";
    case WhyNot::switched_off:
      return for_switched_off(result);
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
                         result.knobs.max_kernel_pages);
  }
  return {};
}

}  // namespace ksmsim::viz
