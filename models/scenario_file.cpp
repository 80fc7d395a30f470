#include "models/scenario_file.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/observed_figures.hpp"
#include "models/toml/guest_table.hpp"
#include "models/toml/host_table.hpp"
#include "models/toml/table_reader.hpp"
#include "models/toml/words.hpp"
#include "sim/base/check.hpp"
#include "sim/host/controllers/registry.hpp"
#include "sim/ksm/knob_aliases.hpp"
#include "sim/ksm/knobs.hpp"
#include "sim/ksm/traits.hpp"

namespace ksmsim::models {
namespace {

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
      if (ksm::is_newer_than_known(*kernel)) {
        assume_of_host("kernel", std::string((*traits)->kernel),
                       quoted(*kernel) + " is newer than all that is known", scenario.assumptions);
      }
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

// A write to a knob, whose value stands at `place` of the table. Names as virsh has them will do.
std::optional<input::SetKnob> knob_write(const TableReader& table, const std::string& place,
                                         const std::string& name, const std::string& value,
                                         const ksm::Traits& traits) {
  const std::string knob(ksm::kernel_name(name));
  const std::vector<std::string_view> names = ksm::knob_names();
  if (std::find(names.begin(), names.end(), knob) == names.end()) {
    table.complain(place, no_such_name("knob", name, names));
    return std::nullopt;
  }
  ksm::Knobs knobs = ksm::knobs_after_boot(traits);
  const auto error = ksm::store(knobs, knob, value, traits);
  if (error == ksm::WriteError::none) return input::SetKnob{knob, value};
  table.complain(place, ksm::explain(error, knob, value, traits));
  return std::nullopt;
}

void read_knobs(const TableReader& file, Scenario& scenario) {
  const auto table = file.table("knobs");
  if (!table) return;
  for (const std::string& knob : table->keys()) {
    const auto value = table->as_text(knob);
    if (!value) continue;
    const auto write = knob_write(*table, knob, knob, *value, *scenario.run.traits);
    if (write) scenario.knobs.push_back(*write);
  }
}

void read_knob_events(const TableReader& file, Scenario& scenario) {
  for (const TableReader& table : file.tables("event")) {
    table.require("at_s", "when, in seconds");
    table.require("knob", "which knob is written: knob = \"run\"");
    table.require("value", "what is written");
    const auto at = table.seconds("at_s", kSeconds);
    if (at && kStart + *at > scenario.guests_until) {
      table.wrong("at_s", "is beyond until_s, after which nothing happens");
    }
    const auto knob = table.text("knob");
    const auto value = table.as_text("value");
    if (!at || !knob || !value) continue;
    const auto write = knob_write(table, "value", *knob, *value, *scenario.run.traits);
    if (write) scenario.knob_events.push_back({*at, *write});
  }
}

// Most controllers look at the host's memory, so it has to have an end.
void check_ram_is_said(const TableReader& file, const TableReader& table,
                       const std::string& controller) {
  if (!host::controllers::looks_at_memory(controller)) return;
  const auto host = file.table("host");
  if (host && host->has("ram_mib")) return;
  table.complain("name", "controller " + controller +
                             " looks at the host's memory: how much RAM it has has to be said, as "
                             "ram_mib = 16384 in [host]");
}

// 1.10 as a number is 1.1, which is another release.
void refuse_releases_as_numbers(const TableReader& table, const std::string& controller) {
  const auto info = host::controllers::find_controller(controller);
  if (!info) return;
  for (const auto& constant : (*info)->constants) {
    const std::string key(constant.name);
    if (constant.kind != host::controllers::ConstantKind::release || !table.is_number(key))
      continue;
    table.wrong(key, "is a release, so it stands in quotes, as \"1.10\": as a number that is 1.1");
  }
}

void read_controller(const TableReader& file, Scenario& scenario) {
  const auto table = file.table("controller");
  if (!table) return;
  host::ControllerOptions& controller = scenario.run.controller;
  std::vector<std::string_view> names;
  for (const auto& info : host::controllers::all_controllers()) names.push_back(info.name);
  table->require("name", "which controller: name = \"ksmtuned\"");
  const auto name = table->one_of("name", "controller", names);
  for (const std::string& key : table->other_keys()) {
    if (const auto value = table->as_text(key)) controller.constants.emplace_back(key, *value);
  }
  if (!name) return;
  controller.name = names[*name];
  refuse_releases_as_numbers(*table, controller.name);
  const auto& traits = *scenario.run.traits;
  const auto all = host::controllers::make_controller(controller, traits);
  if (all) {
    check_ram_is_said(file, *table, controller.name);
    return;
  }
  // One constant at a time says which of them it is.
  bool found = false;
  for (const auto& constant : controller.constants) {
    const auto made = host::controllers::make_controller({controller.name, {constant}}, traits);
    if (made) continue;
    table->complain(constant.first, made.error().text);
    found = true;
  }
  if (!found) table->complain("name", all.error().text);
}

// When it was, for observations without a note.
std::string moment_text(const Observation& observation) {
  std::string at = shown(static_cast<double>(observation.at.count()) / 1e9) + " s";
  if (!observation.full_scans) return at;
  std::string scans = std::to_string(*observation.full_scans) + " full_scans";
  return observation.at == Duration::zero() ? scans : scans + " + " + at;
}

void read_observations(const TableReader& file, Scenario& scenario) {
  const std::vector<std::string_view> known = observable_names();
  for (const TableReader& table : file.tables("observed")) {
    Observation observation;
    observation.full_scans = table.whole("full_scans", 0, INT64_MAX);
    if (!observation.full_scans) {
      table.require("at_s", "when, in seconds; or full_scans, after how many passes");
    }
    if (const auto at = table.seconds("at_s", kSeconds)) observation.at = *at;
    if (const auto note = table.text("note")) observation.note = *note;
    if (const auto fitted = table.truth("fitted")) observation.fitted = *fitted;
    if (observation.note.empty()) observation.note = moment_text(observation);
    for (const std::string& key : table.other_keys()) {
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        table.complain(key, no_such_name("figure", key, known));
      } else if (const auto value = table.number(key, kFigures, unit_of_observed(key))) {
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

// REQUIRES: there is a region of the class, of a known kind.
const RegionKind& first_kind_of_class(const Scenario& scenario, const std::string& page_class) {
  const RegionKind* first = nullptr;
  for (const GuestSpec& guest : scenario.guests) {
    for (const RegionSpec& region : guest.regions) {
      if (first == nullptr && region.page_class == page_class) first = region.kind;
    }
  }
  KSM_CHECK(first != nullptr);
  return *first;
}

// The agreed bytes that the file leaves to the kinds of its regions; `own` are the file's.
void assume_agreed_bytes(const AgreedBytesOf& own, Scenario& scenario) {
  for (const GuestSpec& guest : scenario.guests) {
    for (std::uint32_t i = 0; i < guest.regions.size(); ++i) {
      const RegionSpec& region = guest.regions[i];
      const auto same = [&region](const auto& of) { return of.first == region.page_class; };
      if (region.kind == nullptr || std::any_of(own.begin(), own.end(), same)) continue;
      // Of kinds that are of one class the first counts.
      const RegionKind& kind = first_kind_of_class(scenario, region.page_class);
      scenario.assumptions.defaults.push_back({guest.name, i, std::string(region.kind->name),
                                               "agreed_bytes", std::to_string(kind.agreed_bytes),
                                               kind.agreed_evidence,
                                               std::string(kind.agreed_source)});
    }
  }
}

void read_host_and_guests(const TableReader& file, Scenario& scenario) {
  AgreedBytesOf own;
  const auto host = file.table("host");
  if (host) read_host(*host, scenario.run.host, scenario.run.ram, own);
  assume_host(host ? &*host : nullptr, scenario.run.ram, scenario.assumptions);
  read_guests(file, scenario.run.ram.numa_nodes, scenario);
  scenario.agreed = agreed_bytes_of_kinds(scenario);
  std::vector<std::string> classes;
  for (const auto& of : scenario.agreed) classes.push_back(of.first);
  const bool all_known = std::none_of(scenario.guests.begin(), scenario.guests.end(),
                                      [](const GuestSpec& g) { return g.from_trace.has_value(); });
  // Which classes a trace has is not known here.
  if (host && all_known) check_agreed_names(*host, classes);
  assume_agreed_bytes(own, scenario);
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

Result<void> check_nodes(const Scenario& scenario) {
  for (const GuestSpec& guest : scenario.guests) {
    if (!guest.node || guest.node->value < scenario.run.ram.numa_nodes) continue;
    return Error{"guest " + quoted(guest.name) + " is on node " +
                 std::to_string(guest.node->value) + ", and numa_nodes is " +
                 std::to_string(scenario.run.ram.numa_nodes)};
  }
  return {};
}

void set_agreed_bytes(Scenario& scenario, const std::vector<std::string>& classes) {
  set_agreed_bytes(scenario.agreed, classes, scenario.run.host.agreed);
}

}  // namespace ksmsim::models
