#include "models/scenario_file.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "models/toml/guest_table.hpp"
#include "models/toml/host_table.hpp"
#include "models/toml/table_reader.hpp"
#include "models/toml/words.hpp"
#include "sim/ksm/knobs.hpp"
#include "sim/ksm/traits.hpp"

namespace ksmsim::models {
namespace {

constexpr Range kSeconds{0, 1e8};  // Three years.
constexpr Range kFigures{-1e15, 1e15};

void read_heading(const TableReader& file, Scenario& scenario) {
  file.require("title", "what it shows, in a line");
  if (const auto title = file.text("title")) {
    scenario.title = *title;
    if (title->find('\n') != std::string::npos) file.wrong("title", "has to be one line");
  }
  if (const auto about = file.text("about")) scenario.about = *about;
  if (const auto seed = file.whole("seed", 0, INT64_MAX)) {
    scenario.seed = static_cast<std::uint64_t>(*seed);
  }
  scenario.run.seed = scenario.seed;
  if (const auto sample = file.seconds("sample_s", {0.001, 1e6})) {
    scenario.run.sample_interval = *sample;
  }
  if (const auto kernel = file.text("kernel")) {
    if (const auto traits = ksm::traits_of(*kernel)) {
      scenario.run.traits = *traits;
    } else {
      file.complain("kernel", traits.error().text);
    }
  }
}

void read_end(const TableReader& file, Scenario& scenario) {
  file.require("until_s", "for how many seconds guests do things");
  if (const auto until = file.seconds("until_s", kSeconds)) scenario.guests_until = kStart + *until;
  scenario.run.end_at = host::EndAt::time;
  scenario.run.until = scenario.guests_until;
  // Guests hold still then, and the run goes on.
  if (file.one_of("until", "end", {"settled"})) {
    scenario.run.end_at = host::EndAt::settled;
    scenario.run.until = kNever;
  }
}

// A knob and its value, written at `place` of the table.
void read_knob(const TableReader& table, const std::string& place, const std::string& knob,
               const std::string& value, const ksm::Traits& traits) {
  std::vector<std::string_view> names;
  ksm::Knobs knobs = ksm::knobs_after_boot(traits);
  ksm::for_each_knob(knobs, [&names](const char* name, auto&) { names.emplace_back(name); });
  if (std::find(names.begin(), names.end(), knob) == names.end()) {
    table.complain(place, no_such_name("knob", knob, names));
    return;
  }
  const auto error = ksm::store(knobs, knob, value, traits);
  if (error == ksm::WriteError::none) return;
  table.complain(place, ksm::explain(error, knob, value, traits));
}

void read_knobs(const TableReader& file, Scenario& scenario) {
  const auto table = file.table("knobs");
  if (!table) return;
  for (const std::string& knob : table->keys()) {
    const auto value = table->as_text(knob);
    if (!value) continue;
    read_knob(*table, knob, knob, *value, *scenario.run.traits);
    scenario.knobs.push_back({knob, *value});
  }
}

void read_knob_events(const TableReader& file, Scenario& scenario) {
  for (const TableReader& table : file.tables("event")) {
    table.require("at_s", "when, in seconds");
    table.require("knob", "which knob is written: knob = \"run\"");
    table.require("value", "what is written");
    const auto at = table.seconds("at_s", kSeconds);
    const auto knob = table.text("knob");
    const auto value = table.as_text("value");
    if (!at || !knob || !value) continue;
    read_knob(table, "value", *knob, *value, *scenario.run.traits);
    scenario.knob_events.push_back({*at, {*knob, *value}});
  }
}

void read_controller(const TableReader& file, Scenario& scenario) {
  const auto table = file.table("controller");
  if (!table) return;
  table->require("name", "which controller: name = \"ksmtuned\"");
  if (const auto name = table->name("name")) scenario.run.controller.name = *name;
  for (const std::string& key : table->other_keys()) {
    if (const auto value = table->as_text(key)) {
      scenario.run.controller.constants.emplace_back(key, *value);
    }
  }
}

void read_observations(const TableReader& file, Scenario& scenario) {
  for (const TableReader& table : file.tables("observed")) {
    Observation observation;
    observation.full_scans = table.whole("full_scans", 0, INT64_MAX);
    if (!observation.full_scans) {
      table.require("at_s", "when, in seconds; or full_scans, after how many passes");
    }
    if (const auto at = table.seconds("at_s", kSeconds)) observation.at = *at;
    if (const auto note = table.text("note")) observation.note = *note;
    if (const auto fitted = table.truth("fitted")) observation.fitted = *fitted;
    for (const std::string& key : table.other_keys()) {
      if (const auto value = table.number(key, kFigures)) {
        observation.values.emplace_back(key, *value);
      }
    }
    scenario.observations.push_back(std::move(observation));
  }
}

// What regions' kinds say of their classes; the file goes over it.
AgreedBytesOf agreed_bytes_of_kinds(const Scenario& scenario) {
  AgreedBytesOf agreed;
  for (const GuestSpec& guest : scenario.guests) {
    for (const RegionSpec& region : guest.regions) {
      const auto same = [&region](const auto& of) { return of.first == region.page_class; };
      if (region.kind == nullptr || std::any_of(agreed.begin(), agreed.end(), same)) continue;
      agreed.emplace_back(region.page_class, region.kind->agreed_bytes);
    }
  }
  return agreed;
}

void read_host_and_guests(const TableReader& file, Scenario& scenario) {
  AgreedBytesOf own;
  const auto host = file.table("host");
  if (host) read_host(*host, scenario.run.host, scenario.run.ram, own);
  read_guests(file, scenario.run.ram.numa_nodes, scenario);
  scenario.agreed = agreed_bytes_of_kinds(scenario);
  std::vector<std::string> classes;
  for (const auto& of : scenario.agreed) classes.push_back(of.first);
  const bool all_known = std::none_of(scenario.guests.begin(), scenario.guests.end(),
                                      [](const GuestSpec& g) { return g.from_trace.has_value(); });
  // Which classes a trace has is not known here.
  if (host && all_known) check_agreed_names(*host, classes);
  scenario.agreed.insert(scenario.agreed.end(), own.begin(), own.end());
}

}  // namespace

Result<Scenario> read_scenario(std::string_view text) {
  auto document = Document::parse(text);
  if (!document) return document.error();
  const TableReader file = document->root();
  Scenario scenario;
  read_heading(file, scenario);
  read_end(file, scenario);
  read_knobs(file, scenario);
  read_controller(file, scenario);
  read_host_and_guests(file, scenario);
  read_knob_events(file, scenario);
  read_observations(file, scenario);
  if (auto r = document->finish(); !r) return r.error();
  return Result<Scenario>(std::move(scenario));
}

void set_agreed_bytes(Scenario& scenario, const std::vector<std::string>& classes) {
  set_agreed_bytes(scenario.agreed, classes, scenario.run.host.agreed);
}

}  // namespace ksmsim::models
