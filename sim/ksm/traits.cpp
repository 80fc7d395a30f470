#include "sim/ksm/traits.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

namespace ksmsim::ksm {
namespace {

using mem::CollapseReadOnly;
using mem::KsmSwap;
using mem::KsmZeroPages;
using mem::SoleKsmWrite;
using mem::SplitZeros;
using mem::Unmerged;

constexpr Version kAnyLater{std::numeric_limits<std::uint32_t>::max(), 0, 0};

// docs/kernel.md, *Versions*. A row stands for the releases around it that behave in the same way
// and have the same files; one that falls between rows (6.4 to 6.7, say) is refused.
constexpr std::array<Traits, 11> kKernels{{
    {.kernel = "2.6.32",
     .version = {2, 6, 32},
     .since = {2, 6, 32},
     .before = {2, 6, 33},
     .evidence = Evidence::read,
     .search = SearchOrder::stable_tree_first,
     .chains = Chains::none,
     .ksm_page = KsmPage::third_page,
     .memory = {SoleKsmWrite::copied, KsmZeroPages::uncounted, KsmSwap::never, SplitZeros::kept,
                CollapseReadOnly::refused, Unmerged::writable},
     .stale_on_the_way = StaleOnTheWay::ends_search,
     .fork_numbers = ForkNumbers::from_zero,
     .merged_items = MergedItems::remember,
     .huge_twins = HugeTwins::stay,
     .sleep_change = SleepChange::waits,
     .enable_words = EnableWords::refused,
     .oom_of_equals = OomOfEquals::first,
     .absent_ranges = AbsentRanges::looked_up},
    {.kernel = "3.13",
     .version = {3, 13, 0},
     .since = {3, 9, 0},
     .before = {4, 11, 0},
     .evidence = Evidence::read,
     .search = SearchOrder::stable_tree_first,
     .chains = Chains::none,
     .ksm_page = KsmPage::second_page,
     .memory = {SoleKsmWrite::copied, KsmZeroPages::uncounted, KsmSwap::possible, SplitZeros::kept,
                CollapseReadOnly::refused, Unmerged::writable},
     .stale_on_the_way = StaleOnTheWay::ends_search,
     .fork_numbers = ForkNumbers::from_zero,
     .merged_items = MergedItems::remember,
     .huge_twins = HugeTwins::stay,
     .sleep_change = SleepChange::waits,
     .enable_words = EnableWords::refused,
     .oom_of_equals = OomOfEquals::first,
     .absent_ranges = AbsentRanges::looked_up},
    {.kernel = "4.19",
     .version = {4, 19, 0},
     .since = {4, 13, 0},
     .before = {5, 0, 0},
     .evidence = Evidence::read,
     .search = SearchOrder::stable_tree_first,
     .chains = Chains::dissolved_by_pruning,
     .ksm_page = KsmPage::second_page,
     .memory = {SoleKsmWrite::copied, KsmZeroPages::uncounted, KsmSwap::possible, SplitZeros::kept,
                CollapseReadOnly::refused, Unmerged::writable},
     .stale_on_the_way = StaleOnTheWay::restarts_search,
     .fork_numbers = ForkNumbers::from_zero,
     .merged_items = MergedItems::remember,
     .huge_twins = HugeTwins::split,
     .sleep_change = SleepChange::waits,
     .enable_words = EnableWords::refused,
     .oom_of_equals = OomOfEquals::first,
     .absent_ranges = AbsentRanges::looked_up},
    {.kernel = "5.8",
     .version = {5, 8, 0},
     .since = {5, 1, 0},
     .before = {5, 9, 0},
     .evidence = Evidence::read,
     .search = SearchOrder::stable_tree_first,
     .chains = Chains::dissolved_by_pruning,
     .ksm_page = KsmPage::second_page,
     .memory = {SoleKsmWrite::reused, KsmZeroPages::uncounted, KsmSwap::possible, SplitZeros::kept,
                CollapseReadOnly::refused, Unmerged::writable},
     .stale_on_the_way = StaleOnTheWay::restarts_search,
     .fork_numbers = ForkNumbers::from_zero,
     .merged_items = MergedItems::remember,
     .huge_twins = HugeTwins::split,
     .sleep_change = SleepChange::wakes,
     .enable_words = EnableWords::refused,
     .oom_of_equals = OomOfEquals::last,
     .absent_ranges = AbsentRanges::looked_up},
    {.kernel = "6.1",
     .version = {6, 1, 0},
     .since = {5, 9, 0},
     .before = {6, 4, 0},
     .evidence = Evidence::recorded,
     .search = SearchOrder::stable_tree_first,
     .chains = Chains::dissolved_by_pruning,
     .ksm_page = KsmPage::second_page,
     .memory = {SoleKsmWrite::copied, KsmZeroPages::uncounted, KsmSwap::possible, SplitZeros::kept,
                CollapseReadOnly::refused, Unmerged::writable},
     .stale_on_the_way = StaleOnTheWay::restarts_search,
     .fork_numbers = ForkNumbers::inherited,
     .merged_items = MergedItems::remember,
     .huge_twins = HugeTwins::split,
     .sleep_change = SleepChange::wakes,
     .enable_words = EnableWords::refused,
     .oom_of_equals = OomOfEquals::last,
     .absent_ranges = AbsentRanges::looked_up},
    {.kernel = "6.8",
     .version = {6, 8, 0},
     .since = {6, 8, 0},
     .before = {6, 11, 0},
     .evidence = Evidence::read,
     .search = SearchOrder::stable_tree_first,
     .chains = Chains::dissolved_by_pruning,
     .ksm_page = KsmPage::second_page,
     .memory = {SoleKsmWrite::copied, KsmZeroPages::counted, KsmSwap::possible, SplitZeros::kept,
                CollapseReadOnly::refused, Unmerged::read_only},
     .stale_on_the_way = StaleOnTheWay::restarts_search,
     .fork_numbers = ForkNumbers::inherited,
     .merged_items = MergedItems::remember,
     .huge_twins = HugeTwins::split,
     .sleep_change = SleepChange::wakes,
     .enable_words = EnableWords::refused,
     .oom_of_equals = OomOfEquals::last,
     .absent_ranges = AbsentRanges::looked_up},
    {.kernel = "6.12",
     .version = {6, 12, 0},
     .since = {6, 11, 0},
     .before = {6, 13, 0},
     .evidence = Evidence::recorded,
     .search = SearchOrder::checksum_first,
     .chains = Chains::dissolved_by_any_visit,
     .ksm_page = KsmPage::second_page,
     .memory = {SoleKsmWrite::copied, KsmZeroPages::counted, KsmSwap::possible, SplitZeros::dropped,
                CollapseReadOnly::refused, Unmerged::read_only},
     .stale_on_the_way = StaleOnTheWay::restarts_search,
     .fork_numbers = ForkNumbers::from_zero,
     .merged_items = MergedItems::remember,
     .huge_twins = HugeTwins::split,
     .sleep_change = SleepChange::wakes,
     .enable_words = EnableWords::refused,
     .oom_of_equals = OomOfEquals::last,
     .absent_ranges = AbsentRanges::jumped},
    {.kernel = "6.16",
     .version = {6, 16, 0},
     .since = {6, 13, 0},
     .before = {6, 17, 0},
     .evidence = Evidence::recorded,
     .search = SearchOrder::checksum_first,
     .chains = Chains::dissolved_by_any_visit,
     .ksm_page = KsmPage::second_page,
     .memory = {SoleKsmWrite::copied, KsmZeroPages::counted, KsmSwap::possible, SplitZeros::dropped,
                CollapseReadOnly::refused, Unmerged::read_only},
     .stale_on_the_way = StaleOnTheWay::restarts_search,
     .fork_numbers = ForkNumbers::inherited,
     .merged_items = MergedItems::remember,
     .huge_twins = HugeTwins::split,
     .sleep_change = SleepChange::wakes,
     .enable_words = EnableWords::taken,
     .oom_of_equals = OomOfEquals::last,
     .absent_ranges = AbsentRanges::looked_up},
    {.kernel = "6.17",
     .version = {6, 17, 0},
     .since = {6, 17, 0},
     .before = {6, 18, 0},
     .evidence = Evidence::recorded,
     .search = SearchOrder::checksum_first,
     .chains = Chains::dissolved_by_any_visit,
     .ksm_page = KsmPage::second_page,
     .memory = {SoleKsmWrite::copied, KsmZeroPages::counted, KsmSwap::possible, SplitZeros::dropped,
                CollapseReadOnly::refused, Unmerged::read_only},
     .stale_on_the_way = StaleOnTheWay::restarts_search,
     .fork_numbers = ForkNumbers::from_zero,
     .merged_items = MergedItems::remember,
     .huge_twins = HugeTwins::split,
     .sleep_change = SleepChange::wakes,
     .enable_words = EnableWords::taken,
     .oom_of_equals = OomOfEquals::last,
     .absent_ranges = AbsentRanges::looked_up},
    {.kernel = "6.18",
     .version = {6, 18, 0},
     .since = {6, 18, 0},
     .before = {7, 3, 0},
     .evidence = Evidence::recorded,
     .search = SearchOrder::checksum_first,
     .chains = Chains::dissolved_by_any_visit,
     .ksm_page = KsmPage::second_page,
     .memory = {SoleKsmWrite::copied, KsmZeroPages::counted, KsmSwap::possible, SplitZeros::dropped,
                CollapseReadOnly::taken, Unmerged::read_only},
     .stale_on_the_way = StaleOnTheWay::restarts_search,
     .fork_numbers = ForkNumbers::from_zero,
     .merged_items = MergedItems::remember,
     .huge_twins = HugeTwins::split,
     .sleep_change = SleepChange::wakes,
     .enable_words = EnableWords::taken,
     .oom_of_equals = OomOfEquals::last,
     .absent_ranges = AbsentRanges::jumped},
    {.kernel = "7.3",
     .version = {7, 3, 0},
     .since = {7, 3, 0},
     .before = kAnyLater,
     .evidence = Evidence::recorded,
     .search = SearchOrder::checksum_first,
     .chains = Chains::dissolved_by_any_visit,
     .ksm_page = KsmPage::second_page,
     .memory = {SoleKsmWrite::copied, KsmZeroPages::counted, KsmSwap::possible, SplitZeros::dropped,
                CollapseReadOnly::taken, Unmerged::read_only},
     .stale_on_the_way = StaleOnTheWay::restarts_search,
     .fork_numbers = ForkNumbers::from_zero,
     .merged_items = MergedItems::forget,
     .huge_twins = HugeTwins::split,
     .sleep_change = SleepChange::wakes,
     .enable_words = EnableWords::taken,
     .oom_of_equals = OomOfEquals::last,
     .absent_ranges = AbsentRanges::jumped},
}};

// The first release of each series whose ksmd jumps over absent pages: the fix of 6.18, as the
// release announcements of the stable kernels list it.
constexpr std::array<Version, 6> kJumpsSince{
    {{5, 10, 249}, {5, 15, 199}, {6, 1, 161}, {6, 12, 59}, {6, 17, 9}, {6, 18, 0}}};

// What a release does. One whose last number is 0 may be any of its series (Debian's 6.1.0-56-amd64
// is 6.1.y): what the row of that series says holds.
AbsentRanges absent_ranges_of(Version release, const Traits& row) {
  for (const Version& since : kJumpsSince) {
    if (since.major != release.major || since.minor != release.minor) continue;
    if (release.patch == 0) return row.absent_ranges;
    return release >= since ? AbsentRanges::jumped : AbsentRanges::looked_up;
  }
  return release >= kJumpsSince.back() ? AbsentRanges::jumped : AbsentRanges::looked_up;
}

// The row, or its twin for releases around it that find pages in the other way.
const Traits& with(const Traits& row, AbsentRanges wanted) {
  static const auto twins = [] {
    auto rows = kKernels;
    for (Traits& t : rows) {
      const bool jumps = t.absent_ranges == AbsentRanges::jumped;
      t.absent_ranges = jumps ? AbsentRanges::looked_up : AbsentRanges::jumped;
    }
    return rows;
  }();
  if (row.absent_ranges == wanted) return row;
  return twins[static_cast<std::size_t>(&row - kKernels.data())];
}

// The leading numbers of "6.1.0-56-cloud-amd64"; nothing if it does not begin as MAJOR.MINOR.
std::optional<Version> parse_version(std::string_view text) {
  std::array<std::uint32_t, 3> numbers{};
  std::size_t count = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (count < numbers.size()) {
    const auto [rest, error] = std::from_chars(at, end, numbers[count]);
    if (error != std::errc{}) return std::nullopt;
    ++count;
    at = rest;
    if (at == end || *at != '.') break;
    ++at;
  }
  const bool whole = at == end || *at == '-' || *at == '+' || *at == '.' || *at == '_';
  if (count < 2 || !whole) return std::nullopt;
  return Version{numbers[0], numbers[1], numbers[2]};
}

}  // namespace

Result<const Traits*> traits_of(std::string_view kernel) {
  const auto version = parse_version(kernel);
  if (version) {
    for (const Traits& row : kKernels) {
      if (row.since <= *version && *version < row.before)
        return &with(row, absent_ranges_of(*version, row));
    }
  }
  return Error{"kernel '" + std::string(kernel) + "' is not known; known: " + known_kernels() +
               (version ? " and releases that behave as one of these" : "")};
}

std::string_view release_in(std::string_view text) {
  for (;;) {
    const std::string_view word = text.substr(0, text.find_first_of(" \t\n,;()"));
    if (parse_version(word)) return word;
    if (word != "Linux" && word != "linux" && word != "version") return {};
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
}

const Traits& traits_of_host(std::string_view text) {
  const auto traits = traits_of(release_in(text));
  return traits ? **traits : default_traits();
}

bool is_newer_than_known(std::string_view kernel) {
  const auto asked = parse_version(kernel);
  const auto newest = parse_version(newest_traits().kernel);
  KSM_CHECK(newest.has_value());
  return asked && std::pair(asked->major, asked->minor) > std::pair(newest->major, newest->minor);
}

const Traits& newest_traits() { return kKernels.back(); }

const Traits& default_traits() {
  static const Traits& row = *traits_of("6.18").value();
  return row;
}

std::string known_kernels() {
  std::string known;
  for (const Traits& row : kKernels) {
    known += (known.empty() ? "" : ", ") + std::string(row.kernel);
  }
  return known;
}

}  // namespace ksmsim::ksm
