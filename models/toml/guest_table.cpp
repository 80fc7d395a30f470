#include "models/toml/guest_table.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "models/toml/event_table.hpp"
#include "models/toml/parameter_value.hpp"
#include "models/toml/words.hpp"
#include "sim/base/amounts.hpp"

namespace ksmsim::models {
namespace {

// Sites have 32 bits: 16 TiB.
constexpr std::int64_t kPagesMost = std::numeric_limits<std::uint32_t>::max();

std::vector<std::string_view> kind_names() {
  std::vector<std::string_view> names;
  for (const RegionKind& kind : region_kinds()) names.push_back(kind.name);
  return names;
}

// The key of the parameter that a message may point at.
std::string written_key(const TableReader& table, const Parameter& parameter) {
  const auto keys = keys_of(parameter);
  const auto at = std::find_if(keys.begin(), keys.end(),
                               [&table](const std::string& key) { return table.has(key); });
  return at == keys.end() ? "" : *at;
}

void read_size(const TableReader& table, RegionSpec& region) {
  const Parameter size{
      "size", Kind::pages,       kPageMib, static_cast<double>(kPagesMost) * kPageMib,
      "",     Evidence::assumed, "",       "how large it is; size_pages does too"};
  if (const auto pages = read_value(table, size)) {
    region.pages = static_cast<std::uint64_t>(std::get<std::int64_t>(*pages));
  } else if (written_key(table, size).empty()) {
    table.require(keys_of(size).front(), size.what);
  }
}

// What a parameter is that the file leaves out. `values`: of those before it, unless one is wrong.
Preset preset_of(const RegionKind& kind, const Parameter& parameter, const Values& values) {
  const auto& first = kind.parameters.front();
  std::optional<Preset> preset;
  if (kind.preset != nullptr && values.has(first.key)) preset = kind.preset(parameter.key, values);
  return preset.value_or(
      Preset{std::string(parameter.otherwise), parameter.evidence, parameter.source});
}

// What a region's kind declares: the file's values, and defaults where it says nothing.
void read_values(const TableReader& table, const std::string& guest, std::uint32_t number,
                 RegionSpec& region, Assumptions& assumptions) {
  const auto assume = [&](const std::string& key, std::string value, Evidence evidence,
                          std::string_view source) {
    assumptions.defaults.push_back({guest, number, std::string(region.kind->name), key,
                                    std::move(value), evidence, std::string(source)});
  };
  for (const Parameter& parameter : region.kind->parameters) {
    if (auto value = read_value(table, parameter)) {
      region.values.set(parameter.key, std::move(*value));
      ++assumptions.given;
    } else if (!written_key(table, parameter).empty()) {
      continue;  // It is wrong, which the document knows.
    } else if (has_default(parameter)) {
      region.values.set(parameter.key, default_of(parameter));
      const Preset preset = preset_of(*region.kind, parameter, region.values);
      assume(keys_of(parameter).front(), preset.value, preset.evidence, preset.source);
    } else {
      table.require(keys_of(parameter).front(), parameter.what);
    }
  }
  const auto& parameters = region.kind->parameters;
  const bool whole = std::all_of(parameters.begin(), parameters.end(),
                                 [&](const Parameter& p) { return region.values.has(p.key); });
  if (!whole || region.kind->contradiction == nullptr) return;
  if (const auto found = region.kind->contradiction(region.values)) {
    const auto at = std::find_if(parameters.begin(), parameters.end(),
                                 [&](const Parameter& p) { return p.key == found->key; });
    table.wrong(written_key(table, *at), found->text);
  }
}

void read_region(const TableReader& table, const std::string& guest, std::uint32_t number,
                 RegionSpec& region, Assumptions& assumptions) {
  table.require("kind", "what it holds: kind = \"heap\"");
  const auto kind = table.one_of("kind", "kind of region", kind_names());
  if (const auto page_class = table.name("class")) region.page_class = *page_class;
  read_size(table, region);
  const auto mergeable = table.truth("mergeable");
  if (const auto huge = table.truth("huge")) region.huge = *huge;
  region.after = table.seconds("after_s", kSeconds);
  region.over = table.seconds("over_s", kSeconds);
  if (!kind) {
    table.pass_other_keys();  // What they mean depends on it.
    return;
  }
  region.kind = &region_kinds()[*kind];
  if (region.page_class.empty()) region.page_class = region.kind->page_class;
  region.mergeable = region.kind->mergeable_by_default;
  if (mergeable) region.mergeable = *mergeable ? input::Mergeable::yes : input::Mergeable::no;
  read_values(table, guest, number, region, assumptions);
}

// A guest made from a captured one, which says how it begins as well.
std::optional<TemplateSpec> read_template(const TableReader& table, const std::string& name,
                                          Assumptions& assumptions) {
  const auto trace = table.text("trace");
  const auto guest = table.text("trace_guest");
  const auto divergence = table.amount("divergence", {0, 1}, {units::kWhole, units::kMillionth});
  if (!trace) {
    for (const char* key : {"trace_guest", "divergence"}) {
      if (table.has(key)) table.wrong(key, "goes with trace = \"guests.bin\" only");
    }
    return std::nullopt;
  }
  for (const char* key : {"boot_s", "migrated_in"}) {
    if (table.has(key)) table.wrong(key, "does not go with trace: the trace says how it begins");
  }
  const auto assume = [&](const char* key, const char* value, const char* source) {
    if (table.has(key)) {
      ++assumptions.given;
    } else {
      assumptions.defaults.push_back({name, {}, "guest", key, value, Evidence::assumed, source});
    }
  };
  ++assumptions.given;  // The trace.
  assume("trace_guest", "\"\"", "the first guest of the trace");
  assume("divergence", "0", "every clone does what the captured guest did");
  return TemplateSpec{*trace, guest.value_or(""), divergence.value_or(0), table.place("trace")};
}

void read_regions(const TableReader& table, GuestSpec& guest, Assumptions& assumptions) {
  const auto tables = table.tables("region");
  for (const TableReader& from : tables) {
    RegionSpec region;
    read_region(from, guest.name, static_cast<std::uint32_t>(guest.regions.size()), region,
                assumptions);
    guest.regions.push_back(std::move(region));
  }
  if (guest.from_trace && !tables.empty()) {
    table.wrong("region", "does not go with trace: the trace says what the guest holds");
  } else if (!guest.from_trace && !table.has("trace")) {
    table.require("region", "what it holds: [[guest.region]], or trace = \"guests.bin\"");
  }
}

void read_boot(const TableReader& table, GuestSpec& guest, Assumptions& assumptions) {
  if (const auto boot = table.seconds("boot_s", kSeconds)) {
    guest.boot = *boot;
  } else if (!table.has("trace") && !table.has("boot_s")) {
    const double seconds = static_cast<double>(guest.boot.count()) / 1e9;
    assumptions.defaults.push_back(
        {guest.name, {}, "guest", "boot_s", shown(seconds), Evidence::assumed, ""});
  }
}

// All of its guests begin while guests do things.
void check_start(const TableReader& table, Time until, const GuestSpec& guest) {
  const auto in_seconds = [](Duration time) {
    return shown(static_cast<double>(time.count()) / 1e9);
  };
  const Duration last = guest.start + guest.every * (std::int64_t{guest.count} - 1);
  if (kStart + last <= until) return;
  const bool first = kStart + guest.start > until || !table.has("every_s");
  table.complain(first ? "start_s" : "every_s",
                 (first ? "start_s: the guest" : "every_s: the last guest") +
                     std::string(" would begin at ") + in_seconds(first ? guest.start : last) +
                     " s, beyond until_s = " + in_seconds(until - kStart));
}

void read_guest(const TableReader& table, std::uint32_t numa_nodes, Time until, GuestSpec& guest,
                Assumptions& assumptions) {
  constexpr std::array<std::string_view, 2> kAccelerators{"enable-kvm", "accel-kvm"};
  table.require("name", "how it is called");
  if (const auto name = table.name("name")) guest.name = *name;
  if (const auto count = table.whole("count", 1, kGuestsMost)) {
    guest.count = static_cast<std::uint32_t>(*count);
  }
  if (const auto start = table.seconds("start_s", kSeconds)) guest.start = *start;
  // The last one starts within kSeconds as well.
  const Range between{0, kSeconds.most / guest.count};
  if (const auto every = table.seconds("every_s", between)) guest.every = *every;
  check_start(table, until, guest);
  read_boot(table, guest, assumptions);
  if (const auto migrated = table.truth("migrated_in")) guest.migrated_in = *migrated;
  const auto accel =
      table.one_of("accel", "way to start QEMU", {kAccelerators.begin(), kAccelerators.end()});
  if (accel) guest.accel = *accel == 0 ? host::Accel::enable_kvm : host::Accel::accel_kvm;
  if (const auto node = table.whole("node", 0, std::int64_t{numa_nodes} - 1)) {
    guest.node = NumaNode{static_cast<NumaNode::rep>(*node)};
  } else if (numa_nodes > 1 && !table.has("node") && !table.has("trace")) {
    assumptions.defaults.push_back({guest.name,
                                    {},
                                    "guest",
                                    "node",
                                    "0",
                                    Evidence::assumed,
                                    "a real host places guests that are bound to no node itself"});
  }
  guest.from_trace = read_template(table, guest.name, assumptions);
  read_regions(table, guest, assumptions);
  read_events(table, until, guest);
}

}  // namespace

void read_guests(const TableReader& file, std::uint32_t numa_nodes, Scenario& scenario) {
  std::set<std::string> names;
  std::uint64_t guests = 0, pages = 0;
  file.require("guest", "who is there: [[guest]]");
  for (const TableReader& table : file.tables("guest")) {
    GuestSpec guest;
    read_guest(table, numa_nodes, scenario.guests_until, guest, scenario.assumptions);
    guests += guest.count;
    for (const RegionSpec& region : guest.regions) pages += region.pages * guest.count;
    if (guests > kGuestsMost || pages > static_cast<std::uint64_t>(kPagesMost)) {
      table.wrong(table.has("count") ? "count" : "name",
                  "makes more than " + std::to_string(kGuestsMost) + " guests or 16 TiB of them");
      return;
    }
    for (std::uint32_t i = 0; i < guest.count && !guest.name.empty(); ++i) {
      const std::string name = name_of(guest, i);
      scenario.run.accel[name] = guest.accel;
      if (names.insert(name).second) continue;
      table.wrong("name", "is a second guest called " + quoted(name));
      break;
    }
    scenario.guests.push_back(std::move(guest));
  }
}

}  // namespace ksmsim::models
