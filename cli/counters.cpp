// ksmsim counters: what the files of /sys/kernel/mm/ksm mean. One table; which kernels have which
// is the engine's (sim/ksm/files.hpp).
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "cli/commands.hpp"
#include "sim/base/check.hpp"
#include "sim/ksm/files.hpp"

namespace ksmsim::cli {
namespace {

struct Meaning {
  std::string_view file;
  std::string_view text;
};

constexpr std::array<Meaning, 25> kMeanings{{
    {"run",
     "0: ksmd stops, what is merged stays so; 1: it merges; 2: it stops and unmerges all, "
     "which needs the memory at once"},
    {"pages_to_scan",
     "how many pages ksmd visits before it sleeps: a setting, not what is left "
     "to scan"},
    {"sleep_millisecs", "how long ksmd sleeps between two such batches, in ms"},
    {"pages_shared",
     "pages that KSM keeps for others to share: what merged memory still costs, "
     "not the number of pages that were merged"},
    {"pages_sharing", "further places that use those pages: the saving, in pages of 4 KiB"},
    {"pages_unshared",
     "pages that hold still, but have no equal: visited again and again for "
     "nothing"},
    {"pages_volatile",
     "pages that changed too fast to be looked for; with those that this pass "
     "has not come to"},
    {"full_scans",
     "how often ksmd has been through all mergeable memory; pages need two passes "
     "to be merged with each other. 0 while run is 1: the first pass goes on (pages_scanned "
     "rises), or nothing is registered (docs/explain.md)"},
    {"max_kernel_pages",
     "the most pages_shared there may be, since they could not be swapped; "
     "0: no limit"},
    {"merge_across_nodes",
     "1: pages of different NUMA nodes are merged; 0: only those of one "
     "node. Turned only while nothing is merged"},
    {"use_zero_pages",
     "1: pages of zeros become the kernel's zero page, and are not in "
     "pages_sharing"},
    {"max_page_sharing", "how many places may use one KSM page; the next one begins a copy"},
    {"stable_node_chains", "contents that have several copies because of max_page_sharing"},
    {"stable_node_dups", "how many copies those have in all"},
    {"stable_node_chains_prune_millisecs",
     "how often copies that nobody uses are looked for, "
     "in ms"},
    {"general_profit", "bytes saved, less what KSM needs for its own records; may be negative"},
    {"pages_scanned", "pages visited since the host started"},
    {"ksm_zero_pages", "pages that became the zero page by use_zero_pages: a saving too"},
    {"smart_scan", "1: pages that were not merged several times are passed over for some passes"},
    {"pages_skipped", "visits that smart_scan has spared"},
    {"advisor_mode", "none, or scan-time: the kernel sets pages_to_scan itself"},
    {"advisor_max_cpu", "the most of a CPU that the advisor lets ksmd use, in percent"},
    {"advisor_min_pages_to_scan", "the least that the advisor sets"},
    {"advisor_max_pages_to_scan", "the most that the advisor sets"},
    {"advisor_target_scan_time", "how long a pass shall take for the advisor, in s"},
}};

constexpr std::string_view kRatios =
    "pages_sharing / pages_shared    high: good sharing, many places use each page that is kept\n"
    "pages_unshared / pages_sharing  high: wasted effort, most visits find no equal\n"
    "pages_volatile beside the rest  high: pages change too fast, or the first pass goes on\n";

// A file without a meaning is a mistake in the table above.
std::string_view meaning_of(std::string_view file) {
  const auto found = std::find_if(kMeanings.begin(), kMeanings.end(),
                                  [file](const Meaning& one) { return one.file == file; });
  KSM_CHECK(found != kMeanings.end());
  return found->text;
}

void print_counters() {
  fmt::print("Files of /sys/kernel/mm/ksm.\n");
  for (const ksm::FileKind kind : {ksm::FileKind::counter, ksm::FileKind::knob}) {
    fmt::print("\n{}\n", kind == ksm::FileKind::knob ? "Knobs" : "Counters");
    for (const ksm::File& file : ksm::files()) {
      if (file.kind != kind) continue;
      fmt::print("{} ({})\n    {}\n", file.name, ksm::when_there(file.name), meaning_of(file.name));
    }
  }
  fmt::print("\nRatios\n{}", kRatios);
}

}  // namespace

void add_counters(Command& app, Action& chosen) {
  auto* command = app.add_subcommand(
      "counters",
      "Says what each counter and knob of /sys/kernel/mm/ksm means, and which kernels have it: "
      "pages_sharing is the saving, pages_shared what it costs.");
  command->callback([&chosen] {
    chosen = [] {
      print_counters();
      return kDone;
    };
  });
}

}  // namespace ksmsim::cli
