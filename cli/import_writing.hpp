// What `import dump` and `import hashes` do alike once their input is read: write the trace and
// keep the key.
#pragma once
#include <fmt/format.h>

#include <string>

#include "cli/command_line/amounts.hpp"
#include "cli/files.hpp"
#include "cli/import_commands.hpp"
#include "cli/key_file.hpp"
#include "cli/progress.hpp"
#include "traces/writer.hpp"

namespace ksmsim::cli {

// Writes what the import has read to `file`, which appears together with a key that is new.
template <class Import>
Result<void> write_import(Import& import, const traces::TraceHeader& header, OutputFile& file,
                          KeyFile* key, const MomentsOptions& options) {
  auto writer = traces::TraceWriter::create(file.stream(), header);
  if (!writer) return writer.error().in(options.output);
  Progress progress("writing " + options.output);
  const auto sink = [&writer, &options](const input::TimedOperation& timed) -> Result<void> {
    if (auto r = writer->add(timed); !r) return r.error().in(options.output);
    return {};
  };
  const auto handed_on = [&progress](std::uint64_t pages, std::uint64_t all) {
    progress.update(all > 0 ? static_cast<double>(pages) / static_cast<double>(all) : 1,
                    fmt::format("{} of {} page changes", pages, all));
  };
  if (auto r = import.finish(sink, handed_on); !r) return r;
  if (auto r = writer->finish(); !r) return r.error().in(options.output);
  if (key != nullptr) {
    if (auto r = key->save(); !r) return r;
  }
  auto committed = file.commit();
  if (!committed && key != nullptr) key->remove();
  return committed;
}

// Shows how much of `all` bytes (0: unknown) has been read.
inline void show_read(Progress& progress, std::uint64_t bytes, std::uint64_t all) {
  constexpr double kMiB = 1 << 20;
  progress.update(all > 0 ? static_cast<double>(bytes) / static_cast<double>(all) : 0,
                  fmt::format("{:.0f} MiB", static_cast<double>(bytes) / kMiB));
}

}  // namespace ksmsim::cli
