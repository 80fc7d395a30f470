#include "cli/verify_text.hpp"

#include <fmt/core.h>

#include <limits>

#include "cli/verify_scripts.hpp"

namespace ksmsim::cli {
namespace {

std::string version_text(const ksm::Version& v) {
  return v.patch == 0 ? fmt::format("{}.{}", v.major, v.minor)
                      : fmt::format("{}.{}.{}", v.major, v.minor, v.patch);
}

std::string line(const char* what, const std::string& text) {
  return fmt::format("  {:<30}{}\n", what, text);
}

const char* chains_text(ksm::Chains chains) {
  switch (chains) {
    case ksm::Chains::none:
      return "none, any number of sharers";
    case ksm::Chains::dissolved_by_pruning:
      return "dissolved by a pruning walk that finds one page alive";
    case ksm::Chains::dissolved_by_any_visit:
      return "dissolved by any visit when one page is left";
  }
  return "";
}

std::string memory_text(const mem::MemoryRules& rules) {
  return line("sole sharer's write", rules.sole_ksm_write == mem::SoleKsmWrite::copied
                                         ? "copied"
                                         : "the page is used on") +
         line("zero pages", rules.zero_pages == mem::KsmZeroPages::counted
                                ? "counted, unmerged as others"
                                : "not counted") +
         line("KSM pages in swap", rules.swap == mem::KsmSwap::possible ? "possible" : "never") +
         line("zeros of a split huge page",
              rules.split_zeros == mem::SplitZeros::dropped ? "dropped" : "kept") +
         line("collapse of read-only pages",
              rules.collapse_read_only == mem::CollapseReadOnly::taken ? "taken" : "refused");
}

}  // namespace

std::string traits_text(const ksm::Traits& traits) {
  const bool open_end = traits.before.major == std::numeric_limits<std::uint32_t>::max();
  std::string text =
      line("stands for", open_end ? fmt::format("{} and later", version_text(traits.since))
                                  : fmt::format("{} to before {}", version_text(traits.since),
                                                version_text(traits.before)));
  text += line("known", traits.evidence == ksm::Evidence::recorded
                            ? fmt::format("recorded: equal to rows of a real {}", traits.kernel)
                            : "read: from sources alone");
  text += line("search", traits.search == ksm::SearchOrder::checksum_first
                             ? "checksum first"
                             : "stable tree first, whatever the checksum");
  text += line("chains", chains_text(traits.chains));
  text += line("two pages match", traits.ksm_page == ksm::KsmPage::second_page
                                      ? "the one scanned becomes the KSM page"
                                      : "a third page becomes the KSM page");
  text +=
      line("stale node on the way", traits.stale_on_the_way == ksm::StaleOnTheWay::restarts_search
                                        ? "the search starts again"
                                        : "the search ends");
  text += line("equal pages in one huge",
               traits.huge_twins == ksm::HugeTwins::split ? "split it" : "stay");
  text += line("numbers of a fork", traits.fork_numbers == ksm::ForkNumbers::from_zero
                                        ? "begin at 0; its zero pages count"
                                        : "begin as its parent's; its zero pages do not count");
  text += line("merged items", traits.merged_items == ksm::MergedItems::forget
                                   ? "forget checksum, age and skips"
                                   : "remember checksum, age and skips");
  text += line("absent pages", traits.absent_ranges == ksm::AbsentRanges::jumped
                                   ? "jumped over"
                                   : "looked up one by one");
  text += line("change of sleep_millisecs",
               traits.sleep_change == ksm::SleepChange::wakes ? "wakes ksmd" : "waits");
  return text + memory_text(traits.memory);
}

std::string assumptions_text(const live::Machine& machine, const ksm::Traits& traits) {
  std::string text =
      fmt::format("kernel {}, taken for profile {}\n", machine.release, traits.kernel) +
      traits_text(traits);
  for (const auto& lack : machine.lacks) {
    text += fmt::format("this machine lacks {}: {}\n", lack.what, lack.why);
  }
  const std::string out = left_out(abilities_of(machine));
  if (!out.empty()) text += fmt::format("random scripts left out for that: {}\n", out);
  return text + "\n";
}

std::string results_text(const std::vector<FamilyResult>& results) {
  std::string text =
      "| family | scripts | rows | not the same twice | scripts that differ |\n"
      "|---|--:|--:|--:|--:|\n";
  FamilyResult sum{.family = "all"};
  const auto add = [&text](const FamilyResult& r) {
    text += fmt::format("| {} | {} | {} | {} | {} |\n", r.family, r.scripts, r.rows, r.unsteady,
                        r.differ);
  };
  for (const FamilyResult& r : results) {
    add(r);
    sum.scripts += r.scripts;
    sum.rows += r.rows;
    sum.unsteady += r.unsteady;
    sum.differ += r.differ;
  }
  add(sum);
  return text;
}

}  // namespace ksmsim::cli
