// What a host showed while guests were recorded, second by second, beside what the simulator says
// of the same guests at that time.
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/host/run_options.hpp"
#include "sim/input/op_source.hpp"
#include "sim/ksm/counters.hpp"
#include "traces/snapshots/dataset.hpp"

namespace ksmsim::cli {

// Predicted and recorded at one second.
struct LiveRow {
  double at_s = 0;
  ksm::Counters predicted, recorded;
  double predicted_cpu_s = 0, recorded_cpu_s = 0;  // Since the first row.
  // The host was unmerging (run 2) when the row was read: it shows neither before nor after.
  bool recorded_unmerging = false;
  bool frozen = false;         // The guests hold still: the frozen runs are checked apart.
  bool guest_changes = false;  // A guest is starting, booting or being stopped.
};

struct Span {
  Time begin, end;
};
// What is known of the time in which rows were recorded.
struct LiveNotes {
  std::vector<Span> guest_changes;
  std::optional<Span> frozen;
};

// Runs the guests, with the options but for when to end, and returns a row for each that was
// recorded. The first recorded row says what counters that count from the host's boot began with.
Result<std::vector<LiveRow>> live_rows(const std::vector<traces::snapshots::CounterRow>& recorded,
                                       std::unique_ptr<input::OpSource> guests,
                                       host::RunOptions options, const LiveNotes& notes);

}  // namespace ksmsim::cli
