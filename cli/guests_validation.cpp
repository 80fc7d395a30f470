#include "cli/guests_validation.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <memory>

#include "sim/host/run.hpp"
#include "sim/input/op_list.hpp"
#include "traces/snapshots/counters.hpp"

namespace ksmsim::cli {
namespace {

namespace snapshots = traces::snapshots;
using Operations = input::OpList::Operations;

traces::looks::Sink collect(Operations& operations) {
  return [&operations](const input::TimedOperation& op) -> Result<void> {
    operations.push_back(op);
    return {};
  };
}

// Nothing ends a frozen run but the one who watches it.
constexpr double kFrozenLimitS = 100'000;

// Compares one recorded row, counter by counter.
class PassComparison {
 public:
  PassComparison(const snapshots::FrozenRun& recorded, FrozenValidation::Run& run)
      : recorded_(recorded), run_(run) {}

  void compare(std::size_t pass, const host::Run& simulated) {
    pass_ = pass;
    for_each_shown(simulated.machine().counters(),
                   [&](const char* name, std::int64_t v) { compare(name, v); });
    compare("run", 1);
  }
  void compare_guest(const std::string& name, const ksm::MmNumbers::OfMm& items,
                     std::int64_t zero_pages) {
    compare(name + "_rmap_items", items.rmap_items);
    compare(name + "_merging_pages", items.merging_pages);
    compare(name + "_zero_pages", zero_pages);
    compare(name + "_profit",
            (items.merging_pages + zero_pages) * static_cast<std::int64_t>(kPageBytes) -
                items.rmap_items * ksm::kRmapItemBytes);
  }

 private:
  void compare(const std::string& name, std::int64_t predicted) {
    const std::int64_t* at_end = recorded_.passes[pass_].find(name);
    if (at_end == nullptr) return;
    std::int64_t recorded = *at_end;
    // These two count from the boot of the host.
    if (name == "pages_scanned" || name == "pages_skipped") {
      const std::int64_t* start = recorded_.start.find(name);
      recorded -= start != nullptr ? *start : 0;
    }
    ++run_.values;
    if (recorded == predicted) return;
    run_.differences.push_back(fmt::format("run {}, end of pass {}: {} is {}, recorded {}",
                                           run_.name, pass_ + 1, name, predicted, recorded));
  }

  const snapshots::FrozenRun& recorded_;
  FrozenValidation::Run& run_;
  std::size_t pass_ = 0;
};

Result<FrozenValidation::Run> validate_run(const snapshots::Dataset& data,
                                           const snapshots::FrozenRun& recorded,
                                           const std::shared_ptr<const Operations>& state,
                                           const ksm::Traits& traits) {
  host::RunOptions options;
  options.traits = &traits;
  options.end_at = host::EndAt::time;
  options.until = Time{std::chrono::seconds(static_cast<std::int64_t>(kFrozenLimitS))};
  options.sample_interval = options.until - kStart;
  for (const auto& [knob, value] : recorded.knobs) options.knobs.push_back({knob, value});
  auto run = host::Run::begin(options, std::make_unique<input::OpList>(state));
  if (!run) return run.error().in("frozen run " + recorded.name);

  FrozenValidation::Run result;
  result.name = recorded.name;
  PassComparison comparison(recorded, result);
  constexpr auto kStep = std::chrono::milliseconds(10);
  for (std::size_t pass = 0; pass < recorded.passes.size(); ++pass) {
    while (run->sample().passes <= static_cast<std::int64_t>(pass)) {
      const auto state_now = run->advance(run->now() + kStep);
      if (!state_now) return state_now.error();
      if (*state_now == host::Run::State::over) {
        return Error{fmt::format("frozen run {}: pass {} does not end within {} s", recorded.name,
                                 pass + 1, kFrozenLimitS)};
      }
    }
    comparison.compare(pass, *run);
    for (std::uint32_t mm = 0; mm < data.frozen->scan_order.size(); ++mm) {
      comparison.compare_guest(data.guests[data.frozen->scan_order[mm]].name,
                               run->machine().ksmd().of(MmId{mm}),
                               run->machine().memory().space(MmId{mm}).ksm_zero_pages);
    }
    ++result.passes;
  }
  const std::int64_t* from = recorded.start.find("ksmd_cpu_ns");
  const std::int64_t* to =
      recorded.passes.empty() ? nullptr : recorded.passes.back().find("ksmd_cpu_ns");
  if (from != nullptr && to != nullptr) {
    result.recorded_cpu_s = static_cast<double>(*to - *from) / 1e9;
  }
  result.predicted_cpu_s = static_cast<double>(run->sample().ksmd_cpu_ns) / 1e9;
  return result;
}

// From when to when a guest starts or is stopped, as the events tell it.
std::vector<Span> guest_changes(const snapshots::Dataset& data) {
  std::vector<Span> spans;
  const auto until = [&](const snapshots::Event& from, const char* what) {
    for (const auto& e : data.events) {
      if (e.guest == from.guest && e.what == what && e.at >= from.at) return e.at;
    }
    return from.at;
  };
  for (const auto& e : data.events) {
    if (e.what == "guest-start") spans.push_back({e.at, until(e, "guest-booted")});
    if (e.what == "guest-poweroff") spans.push_back({e.at, until(e, "guest-gone")});
    if (e.what == "guest-gone") spans.push_back({e.at, e.at});
  }
  return spans;
}

}  // namespace

bool FrozenValidation::equal() const {
  return std::all_of(runs.begin(), runs.end(),
                     [](const Run& r) { return r.differences.empty() && r.passes > 0; });
}

Result<FrozenValidation> validate_frozen(const snapshots::Dataset& data,
                                         const ksm::Traits& traits) {
  FrozenValidation validation;
  if (!data.frozen) return validation;
  auto state = std::make_shared<Operations>();
  const auto imported =
      snapshots::import_snapshot(data, data.frozen->snapshot, data.frozen->scan_order,
                                 snapshots::Numbering::hashes, collect(*state));
  if (!imported) return imported.error();
  for (const snapshots::FrozenRun& recorded : data.frozen->runs) {
    auto run = validate_run(data, recorded, state, traits);
    if (!run) return run.error();
    validation.runs.push_back(std::move(*run));
  }
  return validation;
}

Result<std::vector<LiveRow>> validate_live(const snapshots::Dataset& data,
                                           const snapshots::ImportOptions& import,
                                           const ksm::Traits& traits) {
  std::vector<LiveRow> rows;
  if (!data.files->open(snapshots::kCountersFile)) return rows;  // Only a frozen part.
  const auto recorded = snapshots::read_counters(data);
  if (!recorded) return recorded.error();
  if (recorded->empty()) return rows;
  auto operations = std::make_shared<Operations>();
  const auto imported = snapshots::import_recording(data, import, collect(*operations));
  if (!imported) return imported.error();

  host::RunOptions options;
  options.traits = &traits;
  return live_rows(*recorded, std::make_unique<input::OpList>(operations), options,
                   {.guest_changes = guest_changes(data),
                    .frozen = data.frozen ? std::optional(Span{data.frozen->begin,
                                                               data.frozen->end.value_or(kNever)})
                                          : std::nullopt});
}

}  // namespace ksmsim::cli
