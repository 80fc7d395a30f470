// ksmsim counters: what the files of /sys/kernel/mm/ksm mean (sim/ksm/files.hpp).
#include <fmt/core.h>

#include <string_view>

#include "cli/commands.hpp"
#include "sim/ksm/files.hpp"

namespace ksmsim::cli {
namespace {

constexpr std::string_view kRatios =
    "pages_sharing / pages_shared    high: good sharing, many places use each page that is kept\n"
    "pages_unshared / pages_sharing  high: wasted effort, most visits find no equal\n"
    "pages_volatile beside the rest  high: pages change too fast, or the first pass goes on\n";

void print_counters() {
  fmt::print("Files of /sys/kernel/mm/ksm.\n");
  for (const ksm::FileKind kind : {ksm::FileKind::counter, ksm::FileKind::knob}) {
    fmt::print("\n{}\n", kind == ksm::FileKind::knob ? "Knobs" : "Counters");
    for (const ksm::File& file : ksm::files()) {
      if (file.kind != kind) continue;
      fmt::print("{} ({})\n    {}\n", file.name, ksm::when_there(file.name), file.meaning);
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
