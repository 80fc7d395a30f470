#include "cli/trace_validation.hpp"

#include <algorithm>

#include "cli/files.hpp"
#include "traces/trace_source.hpp"

namespace ksmsim::cli {
namespace {

using traces::snapshots::CounterRow;

// How long after its beginning a guest counts as starting: it boots.
constexpr Duration kStarting = std::chrono::seconds{20};

struct Recorded {
  std::vector<CounterRow> rows;
  std::vector<Span> changes;
};

Result<Recorded> recorded_in(input::OpSource& trace) {
  Recorded recorded;
  for (;;) {
    const auto next = trace.next();
    if (!next) return next.error();
    if (!*next) return recorded;
    const auto& [at, operation] = **next;
    if (const auto* counters = std::get_if<input::HostCounters>(&operation)) {
      // Guests' sizes alone are no row of the host.
      const CounterRow row{at, counters->values};
      if (row.find("pages_sharing") != nullptr) recorded.rows.push_back(row);
    } else if (std::holds_alternative<input::Begin>(operation) && at > kStart) {
      recorded.changes.push_back({at, at + kStarting});
    } else if (std::holds_alternative<input::End>(operation)) {
      recorded.changes.push_back({at, at});
    }
  }
}

bool merged(const CounterRow& row) {
  const std::int64_t* run = row.find("run");
  return run == nullptr || *run == 1;
}

}  // namespace

Result<std::vector<LiveRow>> validate_trace(const std::string& path,
                                            const host::RunOptions& options) {
  const auto open = [&path] { return open_input(path); };
  auto trace = traces::TraceSource::create(open);
  if (!trace) return trace.error();
  const auto recorded = recorded_in(**trace);
  if (!recorded) return recorded.error();
  if (recorded->rows.size() < 2) {
    return Error{"has no counters of its host: only captures and imports with --counters do"};
  }
  if (std::none_of(recorded->rows.begin(), recorded->rows.end(), merged)) {
    return Error{"its host did not merge (run was not 1), so there is nothing to compare"};
  }
  auto guests = traces::TraceSource::create(open);
  if (!guests) return guests.error();
  return live_rows(recorded->rows, *std::move(guests), options,
                   {.guest_changes = recorded->changes, .frozen = {}});
}

}  // namespace ksmsim::cli
