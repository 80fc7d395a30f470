// Turns a snapshot set into guest operations.
//
// What it says and what it leaves out:
//   - A guest's address space begins when its process started, and its regions are mapped then, as
//     they are in the first snapshot that shows it. It ends when its process stopped.
//   - A guest whose process started before the recording did begins at kStart, and holds then what
//     the first snapshot shows. Knobs that were turned before are so at kStart.
//   - A page whose hash differs between two snapshots was written once (discarded, if it is no
//     longer there), at a time that Placement chooses; what came between stays unknown.
//   - A page whose hash is the same was not written, whatever KSM had done to it.
//   - Where one snapshot shows pages that map the kernel's page of zeros as absent and the next as
//     zeros (or the other way round), going from one to the other is no change.
//   - While guests are frozen nothing changes; of the snapshots taken then only the frozen one
//     counts.
//
// Times are the recording's own. Memory: two snapshots and what changed between them.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "traces/header.hpp"
#include "traces/looks/operation_queue.hpp"
#include "traces/looks/placement.hpp"
#include "traces/snapshots/dataset.hpp"
#include "traces/snapshots/identities.hpp"

namespace ksmsim::traces::snapshots {

enum class Include : std::uint8_t { no, yes };
// When pages appear between two snapshots: while the guest's resident size grew (ResidentGrowth),
// where the data set recorded that, or as Placement says.
enum class Appearance : std::uint8_t { growth, placement };
enum class Numbering : std::uint8_t { hashes, ranks };

struct ImportOptions {
  looks::Placement placement = looks::Placement::spread;
  Appearance appearance = Appearance::growth;
  Duration grain = std::chrono::milliseconds{100};  // See Placer.
  // These guests begin together with the first of them, in this order, their regions mapped and
  // empty (which costs ksmd nothing); so ksmd visits them in this order. The kernel's order
  // depends on which page it scans at the moment a guest starts, which no simulation hits to the
  // page. Empty: each guest begins at its own time.
  std::vector<std::uint32_t> order;
  Include knobs = Include::yes;    // Knobs as they were turned.
  Include counters = Include::no;  // What the host's counters showed.
  Numbering contents = Numbering::hashes;
  // Later than kStart: begins with the first snapshot at or after this time as the state of all
  // guests, and with the knobs as they were then.
  Time from = kStart;
  Time until = kNever;  // Nothing after this time.
  Progress progress;    // May be empty.
};

struct ImportReport {
  std::size_t snapshots = 0;          // That were used.
  std::size_t guests = 0;             // That have pages in them.
  std::uint64_t changes = 0;          // Pages that changed, those that appeared included.
  std::uint64_t operations = 0;       // Handed to the sink.
  std::vector<std::string> left_out;  // Guests that the data set names and no snapshot shows.
};

// The recording, as operations that OperationChecker accepts. An Error names file and field.
Result<ImportReport> import_recording(const Dataset& data, const ImportOptions& options,
                                      const looks::Sink& sink);

// One snapshot (by its place in Dataset::snapshots) as the state at kStart: all guests begin and
// hold what they held, those of `order` first. No knobs, no counters.
Result<ImportReport> import_snapshot(const Dataset& data, std::size_t snapshot,
                                     const std::vector<std::uint32_t>& order, Numbering contents,
                                     const looks::Sink& sink);

// The header for a trace of these operations: guests, regions, classes (the roles of regions).
// `program` is left empty.
Result<TraceHeader> make_header(const Dataset& data, Numbering contents);

}  // namespace ksmsim::traces::snapshots
