// ksmsim import: what others recorded becomes a trace. One subcommand a file; here is what they
// share.
#include <fmt/core.h>

#include <chrono>
#include <vector>

#include "cli/command_line/amounts.hpp"
#include "cli/import_commands.hpp"
#include "cli/placement_names.hpp"
#include "cli/temp_files.hpp"

namespace ksmsim::cli {

void add_placement_options(Command& sub, PlacementOptions& options, const std::string& between) {
  sub.add_option("--placement", options.placement,
                 "Where a change is put between " + between +
                     "; spread: each page anywhere, evenly, the same way every time")
      ->one_of(kPlacementNames)
      ->capture_default_str();
  const std::int64_t hour = Duration(std::chrono::hours(1)).count();
  add_amount_option(sub, "--grain",
                    "Put changes on multiples of this (0: do not); finer is larger; milliseconds "
                    "without a unit",
                    {{units::kMillisecond, units::kNanosecond}, 0, hour},
                    [&options](std::int64_t ns) { options.grain = Duration{ns}; })
      ->default_str("100");
}

std::string grain_text(const PlacementOptions& options) {
  return fmt::format("{} ms", static_cast<double>(options.grain.count()) / 1e6);
}

void add_moments_options(Command& sub, MomentsOptions& options, const std::string& files_help,
                         const std::string& key_help) {
  sub.add_option("FILE", options.files, files_help)->required()->type_name("[NAME=]FILE[@TIME]");
  sub.add_option("-o,--output", options.output, "The trace to write")->required();
  sub.add_option("--guest", options.guest,
                 "The guest of all files without NAME=; otherwise each is a guest of its own, "
                 "called by the file's name");
  add_time_option(sub, "--interval",
                  "A file without @TIME comes so long after the file before it of its guest "
                  "(the first: at 0)",
                  times(Duration::zero(), kNever - kStart), options.interval);
  sub.add_option("--key", options.key, key_help)->type_name("FILE");
  add_placement_options(sub, options.placement, "two moments of a guest");
  sub.add_flag("--force", options.force, "Write over the output file");
}

traces::moments::ImportOptions import_options(const MomentsOptions& options) {
  traces::moments::ImportOptions import;
  import.placement = placement_of(options.placement.placement);
  import.grain = options.placement.grain;
  import.open_temp = temp_files_beside(options.output);
  return import;
}

void add_import(Command& app, Action& chosen) {
  auto* import = app.add_subcommand("import", "Make a trace of what others recorded");
  import->require_subcommand(1, 1);
  add_import_snapshots(app, *import, chosen);
  add_import_dump(app, *import, chosen);
  add_import_hashes(app, *import, chosen);
}

}  // namespace ksmsim::cli
