// The commands below `ksmsim import`, and what they share.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "sim/base/time.hpp"
#include "traces/header.hpp"
#include "traces/moments/importer.hpp"

namespace ksmsim::cli {

// `app` is the program, `import` the command that they stand below.
void add_import_snapshots(const Command& app, Command& import, Action& chosen);
void add_import_dump(const Command& app, Command& import, Action& chosen);
void add_import_hashes(const Command& app, Command& import, Action& chosen);

// Where changes between two moments are put.
struct PlacementOptions {
  std::string placement = "spread";
  Duration grain = std::chrono::milliseconds(100);
};
// --placement and --grain. `between` says between what changes are put.
void add_placement_options(Command& sub, PlacementOptions& options, const std::string& between);
// The grain as notes have it: "100 ms".
std::string grain_text(const PlacementOptions& options);

// What `import dump` and `import hashes` share.
struct MomentsOptions {
  std::vector<std::string> files;  // [NAME=]FILE[@TIME]
  std::string output, guest, key;
  std::optional<Duration> interval;
  PlacementOptions placement;
  bool force = false;
};
void add_moments_options(Command& sub, MomentsOptions& options, const std::string& files_help,
                         const std::string& key_help);
traces::moments::ImportOptions import_options(const MomentsOptions& options);

}  // namespace ksmsim::cli
