#include "sim/ksm/files.hpp"

#include <array>
#include <cstddef>

#include "sim/ksm/counters.hpp"
#include "sim/ksm/knob_table.hpp"

namespace ksmsim::ksm {
namespace {

struct CounterRow {
  std::string_view name;
  Version since;
  std::string_view meaning;
};

// All of these are in Counters, or derived of it (for_each_shown).
constexpr std::array<CounterRow, 11> kCounters{{
    {"pages_shared",
     {2, 6, 32},
     "pages that KSM keeps for others to share: what merged memory still costs, not the number of "
     "pages that were merged"},
    {"pages_sharing",
     {2, 6, 32},
     "further places that use those pages: the saving, in pages of 4 KiB"},
    {"pages_unshared",
     {2, 6, 32},
     "pages that hold still, but have no equal: visited again and again for nothing"},
    {"pages_volatile",
     {2, 6, 32},
     "pages that changed too fast to be looked for; with those that this pass has not come to"},
    {"full_scans",
     {2, 6, 32},
     "how often ksmd has been through all mergeable memory; pages need two passes to be merged "
     "with each other. 0 while run is 1: the first pass goes on (pages_scanned rises), or nothing "
     "is registered (docs/explain.md)"},
    {"stable_node_chains",
     {4, 13, 0},
     "contents that have several copies because of max_page_sharing"},
    {"stable_node_dups", {4, 13, 0}, "how many copies those have in all"},
    {"general_profit",
     {6, 4, 0},
     "bytes saved, less what KSM needs for its own records; may be negative"},
    {"pages_scanned", {6, 6, 0}, "pages visited since the host started"},
    {"ksm_zero_pages",
     {6, 6, 0},
     "pages that became the zero page by use_zero_pages: a saving too"},
    {"pages_skipped", {6, 7, 0}, "visits that smart_scan has spared"},
}};

// What a counter may be, and no more: rmap_items is no file.
constexpr bool has_all_counters() {
  std::size_t found = 0;
  for_each_shown(Counters{}, [&found](std::string_view name, std::int64_t) {
    for (const CounterRow& row : kCounters) found += row.name == name ? 1U : 0U;
    found += name == "rmap_items" ? 1U : 0U;
  });
  std::size_t shown = 0;
  for_each_shown(Counters{}, [&shown](std::string_view, std::int64_t) { ++shown; });
  return found == shown && found == kCounters.size() + 1;
}
static_assert(has_all_counters());

constexpr std::array<File, kKnobs.size() + kCounters.size()> all_files() {
  std::array<File, kKnobs.size() + kCounters.size()> files{};
  std::size_t i = 0;
  for (const KnobRow& row : kKnobs) {
    files[i++] = {row.name, FileKind::knob, row.since, row.meaning, row.before};
  }
  for (const CounterRow& row : kCounters) {
    files[i++] = {row.name, FileKind::counter, row.since, row.meaning};
  }
  return files;
}
constexpr auto kFiles = all_files();

std::string shown(const Version& v) {
  const std::string text = std::to_string(v.major) + "." + std::to_string(v.minor);
  return v.patch == 0 ? text : text + "." + std::to_string(v.patch);
}

}  // namespace

std::span<const File> files() { return kFiles; }

const File* find_file(std::string_view name) {
  for (const File& file : kFiles) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

bool has_file(const Traits& traits, std::string_view name) {
  const File* file = find_file(name);
  return file != nullptr && file->since <= traits.version && traits.version < file->before;
}

std::string when_there(std::string_view name) {
  const File* file = find_file(name);
  if (file->before != kNeverGone) return "in " + shown(file->since) + " only";
  return "since " + shown(file->since);
}

}  // namespace ksmsim::ksm
