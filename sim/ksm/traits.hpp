// What differs between kernel versions, as named traits: code asks for a trait, never for a
// version. A version is one row of the table in traits.cpp. (Which knobs and counters there are is
// a table of its own: files.hpp.)
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/mem/memory_rules.hpp"

namespace ksmsim::ksm {

// 2.6.32 or 6.18: numbers that compare.
struct Version {
  std::uint32_t major = 0, minor = 0, patch = 0;
  auto operator<=>(const Version&) const = default;
};

// Whether a page is looked for in the stable tree whatever its checksum, or only once that is the
// same as last time (since 6.11).
enum class SearchOrder : std::uint8_t { stable_tree_first, checksum_first };

// How many sites share a KSM page, and when a chain of KSM pages of one content is dissolved.
enum class Chains : std::uint8_t {
  none,                   // Any number; no chains.
  dissolved_by_pruning,   // By a walk of all its pages that finds one alive, with room.
  dissolved_by_any_visit  // As soon as one page is left (since 6.11).
};

// What becomes the KSM page when two pages match: the one scanned second, or a new one that the
// kernel allocates; with the latter a page that one site alone maps becomes ordinary again.
enum class KsmPage : std::uint8_t { third_page, second_page };

// A stale node on the way of a search in the stable tree: it starts again at the root, or ends
// there with nothing found (2.6.32 and 3.x).
enum class StaleOnTheWay : std::uint8_t { ends_search, restarts_search };

// What a fork does to numbers. Up to 6.16 the child's numbers in /proc/PID/ksm_stat begin as its
// parent's, and its zero pages are not added to ksm_zero_pages. When the child gives them up, that
// counter ends too low, even below 0, and stays so. One correction mended both (6.17, and 6.12 by a
// backport): the child's numbers begin at 0, and its zero pages count.
enum class ForkNumbers : std::uint8_t { inherited, from_zero };

// Whether the item of a merged page keeps its checksum and smart scan's age and skips, or forgets
// them (since 7.3). An item that forgets is not asked for by smart scan while it is on a node.
enum class MergedItems : std::uint8_t { remember, forget };

// Two equal pages of one huge page: never merged while it stays whole, or split after the attempt.
enum class HugeTwins : std::uint8_t { stay, split };

// Whether the letters e and d begin a boolean (enable, disable).
enum class EnableWords : std::uint8_t { refused, taken };

// Whether a change of sleep_millisecs ends a sleep under way (since 5.0).
enum class SleepChange : std::uint8_t { waits, wakes };

// How ksmd finds the next page behind absent ones: address by address, or by a walk of the page
// table that passes what is absent there a table at a time (commit f5548c318d65, in 6.18).
enum class AbsentRanges : std::uint8_t { looked_up, jumped };

// Of the worst guests that are as bad as each other, which one the OOM killer takes: the one that
// began first (select_bad_process()), or last (oom_evaluate_task() since 5.3; 5.1 and 5.2 count as
// 5.8 here).
enum class OomOfEquals : std::uint8_t { first, last };

// How far a profile is known to be true.
enum class Evidence : std::uint8_t { read, recorded };

struct Traits {
  std::string_view kernel;  // As --kernel names it,
  Version version;          // and as a number: which files there are goes by it.
  Version since, before;    // Releases that behave so: [since, before).
  Evidence evidence;        // Equal to a real kernel's rows, or read from sources alone.
  SearchOrder search;
  Chains chains;
  KsmPage ksm_page;
  mem::MemoryRules memory;
  StaleOnTheWay stale_on_the_way;
  ForkNumbers fork_numbers;
  MergedItems merged_items;
  HugeTwins huge_twins;
  SleepChange sleep_change;
  EnableWords enable_words;
  OomOfEquals oom_of_equals;
  AbsentRanges absent_ranges;

  bool has_chains() const { return chains != Chains::none; }
};

// The row of a kernel: by its name ("6.18"), or by a release as `uname -r` says it
// ("6.1.0-56-cloud-amd64", "5.15.0-91-generic"). Otherwise an error that lists the known ones.
Result<const Traits*> traits_of(std::string_view kernel);

// The release that a free text begins with ("6.1.0-56-cloud-amd64", "Linux version 6.12.1 x86_64"),
// as traces name the kernel of their host; empty if it begins otherwise.
std::string_view release_in(std::string_view text);

// The row of the release in such a text; the default if there is none, or none that is known.
const Traits& traits_of_host(std::string_view text);

// Whether the release is newer than all that the table was made from: that it behaves as the newest
// is a guess then. False if it is no release.
bool is_newer_than_known(std::string_view kernel);

// The newest kernel of the table.
const Traits& newest_traits();

// Where nobody says which kernel it is: 6.18, the newest of the long-term series.
const Traits& default_traits();

// The names that traits_of() knows, oldest first, with commas between.
std::string known_kernels();

}  // namespace ksmsim::ksm
