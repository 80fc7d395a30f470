#include "cli/cpu_data.hpp"

#include <fmt/core.h>
#include <sys/stat.h>

#include <map>

#include "cli/cpu_patterns.hpp"
#include "cli/csv_table.hpp"
#include "cli/files.hpp"
#include "sim/host/lockstep.hpp"
#include "traces/script.hpp"

namespace ksmsim::cli {
namespace {

// In the fit a case of the table of rates, some passes over up to a million pages, counts as much
// as this many single batches of a script.
constexpr double kRateWeight = 20;

struct Batch {
  cost::Work work;
  std::map<std::string, std::int64_t> moved;  // By counter.
};

cost::Work difference(const cost::Work& now, const cost::Work& before) {
  cost::Work d;
  cost::for_each_unit([&](const char*, auto unit) { d.*unit = now.*unit - before.*unit; });
  return d;
}

std::map<std::string, std::int64_t> shown(const ksm::Counters& c) {
  std::map<std::string, std::int64_t> values;
  for_each_shown(c, [&](const char* name, std::int64_t v) { values[name] = v; });
  return values;
}

// Each turn of ksmd that the script asks for (`wake`, `set run 1`).
Result<std::vector<Batch>> batches_of(const traces::Script& script, const ksm::Traits& traits) {
  host::Lockstep lockstep(traits);
  std::vector<Batch> batches;
  const auto measured = [&](auto&& turn) {
    const cost::Work work = lockstep.work();
    const auto before = shown(lockstep.counters());
    turn();
    Batch batch{difference(lockstep.work(), work), shown(lockstep.counters())};
    for (auto& [name, value] : batch.moved) value -= before.at(name);
    batches.push_back(std::move(batch));
  };
  for (const traces::Step& step : script.steps) {
    if (step.kind == traces::Step::Kind::wake) {
      for (std::uint64_t i = 0; i < step.count; ++i) measured([&] { lockstep.wake(); });
    } else if (const auto* knob = std::get_if<input::SetKnob>(&step.operation)) {
      if (knob->knob == "run" && knob->value == "1") {
        measured([&] { (void)lockstep.set(*knob); });
      } else {
        (void)lockstep.set(*knob);
      }
    } else if (step.kind == traces::Step::Kind::operation) {
      if (auto r = lockstep.apply(step.operation); !r) return r.error();
    }
  }
  return batches;
}

Result<std::vector<Batch>> batches_of_file(const std::string& directory, const std::string& name,
                                           const ksm::Traits& traits) {
  std::string path = directory + "/" + name + ".ksm";
  struct stat there {};
  if (stat(path.c_str(), &there) != 0) path = directory + "/../recorded/" + name + ".ksm";
  const auto text = read_file(path);
  if (!text) return text.error();
  const auto script = traces::parse_script(*text, path);
  if (!script) return script.error();
  return batches_of(*script, traits);
}

void compare(const CsvTable& table, std::size_t row, const std::string& name, const Batch& batch,
             CpuData& data) {
  for (const auto& [counter, moved] : batch.moved) {
    const auto recorded = table.whole(row, counter);
    if (!recorded || *recorded == moved) continue;
    data.differences.push_back(fmt::format("{} batch {}: {} moved by {}, recorded {}", name,
                                           table.text(row, "batch"), counter, moved, *recorded));
    return;
  }
}

Result<void> load_batches(const CsvTable& table, const std::string& directory,
                          const ksm::Traits& traits, CpuData& data) {
  std::map<std::string, std::vector<Batch>> scripts;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string name = table.text(row, "script");
    if (!scripts.contains(name)) {
      auto batches = batches_of_file(directory, name, traits);
      if (!batches) return batches.error();
      scripts[name] = std::move(*batches);
    }
    const auto number = table.whole(row, "batch");
    const auto cpu = table.whole(row, "cpu_ns");
    const auto& batches = scripts[name];
    if (!number || !cpu || *number < 1 || static_cast<std::size_t>(*number) > batches.size()) {
      return Error{
          fmt::format("{}/batches.csv:{}: script {} has no such batch, or cpu_ns is no "
                      "number",
                      directory, row + 2, name)};
    }
    const Batch& batch = batches[static_cast<std::size_t>(*number) - 1];
    compare(table, row, name, batch, data);
    if (*cpu > 0) {
      data.batches.push_back(
          {.group = name, .work = batch.work, .cpu_ns = static_cast<double>(*cpu)});
    }
  }
  return {};
}

Result<void> load_rates(const CsvTable& table, const std::string& directory,
                        const ksm::Traits& traits, CpuData& data) {
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto pages = table.whole(row, "pages");
    const auto pass = table.whole(row, "pass");
    const auto ns = table.whole(row, "ns_per_page");
    const std::string place = fmt::format("{}/rates.csv:{}", directory, row + 2);
    if (!pages || !pass || !ns || *pages < 1 || *pages > 10'000'000 || *pass < 1 || *pass > 20) {
      return Error{place + ": pages, pass and ns_per_page have to be whole numbers in bounds"};
    }
    const CpuPattern pattern{.name = table.text(row, "pattern"),
                             .pages = static_cast<std::uint64_t>(*pages),
                             .differ_at = table.text(row, "differ_at")};
    const auto work = work_of_pass(pattern, static_cast<int>(*pass), traits);
    if (!work) return work.error().in(place);
    const std::string group =
        fmt::format("{} ({}, {} pages, differ in the {} 8 bytes)", table.text(row, "case"),
                    pattern.name, pattern.pages, pattern.differ_at);
    data.rates.push_back({.group = group,
                          .work = *work,
                          .cpu_ns = static_cast<double>(*ns * *pages),
                          .weight = kRateWeight,
                          .walks_chains = pattern.name.starts_with("chains:")});
  }
  return {};
}

}  // namespace

std::vector<models::Measured> CpuData::all() const {
  std::vector<models::Measured> both = batches;
  both.insert(both.end(), rates.begin(), rates.end());
  return both;
}

Result<CpuData> load_cpu_data(const std::string& directory, const ksm::Traits& traits) {
  CpuData data;
  const auto batches = CsvTable::read(directory + "/batches.csv");
  if (!batches) return batches.error();
  if (auto r = load_batches(*batches, directory, traits, data); !r) return r.error();
  struct stat there {};
  if (stat((directory + "/rates.csv").c_str(), &there) == 0) {
    const auto rates = CsvTable::read(directory + "/rates.csv");
    if (!rates) return rates.error();
    if (auto r = load_rates(*rates, directory, traits, data); !r) return r.error();
  }
  return data;
}

}  // namespace ksmsim::cli
