#include "cli/live_rows.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "sim/host/run.hpp"

namespace ksmsim::cli {
namespace {

using traces::snapshots::CounterRow;

ksm::Counters counters_of(const CounterRow& row, const CounterRow& first) {
  ksm::Counters c;
  for_each_field(c, [&](const char* name, std::int64_t& value) {
    const std::int64_t* found = row.find(name);
    value = found != nullptr ? *found : 0;
  });
  for (const char* name : {"pages_scanned", "pages_skipped"}) {
    const std::int64_t* start = first.find(name);
    if (start == nullptr) continue;
    (name == std::string("pages_scanned") ? c.pages_scanned : c.pages_skipped) -= *start;
  }
  const std::int64_t* rest = row.find("pages_volatile");
  c.rmap_items =
      c.pages_shared + c.pages_sharing + c.pages_unshared + (rest != nullptr ? *rest : 0);
  return c;
}

double cpu_s(const CounterRow& row) {
  const std::int64_t* ns = row.find("ksmd_cpu_ns");
  return ns != nullptr ? static_cast<double>(*ns) / 1e9 : 0;
}

}  // namespace

Result<std::vector<LiveRow>> live_rows(const std::vector<CounterRow>& recorded,
                                       std::unique_ptr<input::OpSource> guests,
                                       host::RunOptions options, const LiveNotes& notes) {
  std::vector<LiveRow> rows;
  if (recorded.empty()) return rows;
  options.end_at = host::EndAt::time;
  options.until = recorded.back().at + std::chrono::seconds(1);
  auto run = host::Run::begin(std::move(options), std::move(guests));
  if (!run) return run.error();
  Time before = kStart;
  for (const CounterRow& row : recorded) {
    if (auto state = run->advance(row.at); !state) return state.error();
    const results::Sample now = run->sample();
    rows.push_back({.at_s = static_cast<double>(nanoseconds(row.at)) / 1e9,
                    .predicted = now.counters,
                    .recorded = counters_of(row, recorded.front()),
                    .predicted_cpu_s = static_cast<double>(now.ksmd_cpu_ns) / 1e9,
                    .recorded_cpu_s = cpu_s(row) - cpu_s(recorded.front())});
    const std::int64_t* mode = row.find("run");
    rows.back().recorded_unmerging = mode != nullptr && *mode == 2;
    rows.back().frozen =
        notes.frozen && row.at >= notes.frozen->begin && row.at <= notes.frozen->end;
    rows.back().guest_changes =
        std::any_of(notes.guest_changes.begin(), notes.guest_changes.end(),
                    [&](const Span& span) { return span.begin <= row.at && span.end >= before; });
    before = row.at;
  }
  return rows;
}

}  // namespace ksmsim::cli
