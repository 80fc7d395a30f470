// ksmsim import snapshots: a recorded snapshot set becomes a trace.
#include <fmt/core.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "cli/command_line/amounts.hpp"
#include "cli/files.hpp"
#include "cli/import_commands.hpp"
#include "cli/placement_names.hpp"
#include "cli/progress.hpp"
#include "traces/snapshots/importer.hpp"
#include "traces/text.hpp"
#include "traces/words.hpp"
#include "traces/writer.hpp"

namespace ksmsim::cli {
namespace {

namespace snapshots = traces::snapshots;

struct SnapshotsArguments {
  std::string directory, output;
  PlacementOptions placement;
  std::string appearance = "growth";
  std::string order, snapshot;
  std::optional<Duration> from, until;  // Else from the beginning, to the end.
  bool renumber = false, no_knobs = false, with_counters = false, force = false;
};

snapshots::Numbering numbering(const SnapshotsArguments& options) {
  return options.renumber ? snapshots::Numbering::ranks : snapshots::Numbering::hashes;
}

snapshots::ImportOptions import_options(const SnapshotsArguments& options) {
  snapshots::ImportOptions import;
  import.placement = placement_of(options.placement.placement);
  import.appearance = options.appearance == "growth" ? snapshots::Appearance::growth
                                                     : snapshots::Appearance::placement;
  import.grain = options.placement.grain;
  import.knobs = options.no_knobs ? snapshots::Include::no : snapshots::Include::yes;
  import.counters = options.with_counters ? snapshots::Include::yes : snapshots::Include::no;
  import.contents = numbering(options);
  import.from = kStart + options.from.value_or(Duration::zero());
  if (options.until) import.until = kStart + *options.until;
  return import;
}

// How the trace was made, for its header.
std::string how_imported(const SnapshotsArguments& options) {
  if (!options.snapshot.empty()) return "snapshot " + options.snapshot + " alone";
  return fmt::format("changes placed {}, appearances by {}, on multiples of {}{}",
                     options.placement.placement, options.appearance, grain_text(options.placement),
                     options.order.empty() ? "" : ", guests begin in the order " + options.order);
}

Result<snapshots::ImportReport> import_to(traces::TraceWriter& writer,
                                          const snapshots::Dataset& data,
                                          const SnapshotsArguments& options) {
  snapshots::ImportOptions import = import_options(options);
  if (!options.order.empty()) {
    auto order = snapshots::parse_guest_order(data, options.order);
    if (!order) return order.error().in("--order");
    import.order = std::move(*order);
  }
  const auto sink = [&writer](const input::TimedOperation& timed) { return writer.add(timed); };
  if (!options.snapshot.empty()) {
    const auto snapshot = snapshots::find_snapshot(data, options.snapshot);
    if (!snapshot) return snapshot.error().in("--snapshot");
    return snapshots::import_snapshot(data, *snapshot, import.order, import.contents, sink);
  }
  Progress progress("importing " + options.directory);
  import.progress = [&progress](std::size_t done, std::size_t all) {
    progress.update(static_cast<double>(done) / static_cast<double>(all),
                    fmt::format("snapshot {} of {}", done, all));
};
return snapshots::import_recording(data, import, sink);
}  // namespace

int import_snapshots(const SnapshotsArguments& options, const std::string& program) {
  if (options.until && options.until < options.from) {
    return unusable({fmt::format("--until {} s: should not be before --from {} s",
                                 traces::seconds_text(kStart + *options.until),
                                 traces::seconds_text(kStart + *options.from))});
  }
  const auto data = snapshots::load_dataset(options.directory);
  if (!data) return unusable(data.error().in(options.directory));
  auto header = snapshots::make_header(*data, numbering(options));
  if (!header) return unusable(header.error().in(options.directory));
  header->program = program;
  header->notes += "; " + how_imported(options);
  auto file = OutputFile::create(options.output, options.force ? Overwrite::yes : Overwrite::no);
  if (!file) return unusable(file.error());
  auto writer = traces::TraceWriter::create(file->stream(), *header);
  if (!writer) return unusable(writer.error().in(options.output));
  const auto report = import_to(*writer, *data, options);
  if (!report) return unusable(report.error().in(options.directory));
  if (auto r = writer->finish(); !r) return unusable(r.error().in(options.output));
  if (auto r = file->commit(); !r) return unusable(r.error());
  fmt::print("{}: {} guests, {} snapshots, {} page changes, {} operations\n", options.output,
             report->guests, report->snapshots, report->changes, report->operations);
  for (const std::string& guest : report->left_out) {
    fmt::print("  remark: guest {} is in none of these snapshots and is left out\n",
               traces::shown(guest));
  }
  return kDone;
}

}  // namespace ksmsim::cli

void add_import_snapshots(const Command& app, Command& import, Action& chosen) {
  auto options = std::make_shared<SnapshotsArguments>();
  auto* sub = import.add_subcommand(
      "snapshots",
      "Make a trace of a snapshot set: page hashes of guests at several times. A page that changed "
      "between two snapshots becomes a write somewhere between its two reads.");
  sub->add_option("DIR", options->directory, "The snapshot set: the folder of its meta.json")
      ->required();
  sub->add_option("-o,--output", options->output, "The trace to write")->required();
  add_placement_options(*sub, options->placement, "the two reads of its page");
  sub->add_option("--appearance", options->appearance,
                  "When a page appears between two snapshots; growth: while the guest's resident "
                  "size grew, if the counters have it; placement: as --placement says")
      ->one_of({"growth", "placement"})
      ->capture_default_str();
  sub->add_option("--order", options->order,
                  "Let these guests begin together with the first of them, in this order, so that "
                  "ksmd visits them so: names with commas between, or 'recorded'")
      ->type_name("GUEST,GUEST,...");
  auto* snapshot =
      sub->add_option("--snapshot", options->snapshot,
                      "Import this snapshot alone, as the state at the start, without knobs")
          ->type_name("NUMBER|LABEL");
  const AmountRange recorded = times(
      Duration::zero(), std::chrono::seconds(static_cast<std::int64_t>(snapshots::kSecondsMax)));
  add_time_option(*sub, "--from",
                  "Begin with the state of the first snapshot at or after this time", recorded,
                  options->from)
      ->excludes(snapshot);
  add_time_option(*sub, "--until", "Leave out what happened after this time", recorded,
                  options->until)
      ->excludes(snapshot);
  sub->add_flag("--renumber", options->renumber,
                "Replace hashes by their ranks: equality and order stay, the trace is smaller");
  sub->add_flag("--no-knobs", options->no_knobs, "Leave out the knobs as they were turned");
  sub->add_flag("--with-counters", options->with_counters,
                "Keep what the host's counters showed beside the operations")
      ->excludes(snapshot);
  sub->add_flag("--force", options->force, "Write over the output file");
  sub->callback([&app, &chosen, options] {
    chosen = [&app, options] { return import_snapshots(*options, app.version()); };
  });
}

}  // namespace ksmsim::cli
