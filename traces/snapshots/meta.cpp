#include "traces/snapshots/meta.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "traces/snapshots/json_fields.hpp"
#include "traces/words.hpp"

namespace ksmsim::traces::snapshots {
namespace {

constexpr const char* kFormat = "ksm-guests-1";
// Numbers of snapshots and layouts are below this.
constexpr std::uint64_t kCountMax = 1u << 30;
constexpr std::size_t kGuestsMax = 1024;

// The guest that a field names, which has to be one of the list.
std::uint32_t guest_of(const Dataset& data, Fields& fields, const std::string& key) {
  const std::string name = fields.text(key);
  const auto guest = data.find_guest(name);
  if (!guest) fields.complain(key, "no guest is named " + shown(name));
  return guest.value_or(0);
}

void read_guest(Dataset& data, Fields& fields) {
  GuestInfo guest{fields.text("name"), fields.seconds_or_before_if_there("t_start"),
                  fields.seconds_or_before_if_there("t_stop")};
  if (!fields.good()) return;
  // As address spaces are named (sim/input/operation_checker.hpp); commas separate guests in lists.
  if (guest.name.empty() || guest.name.find_first_of(" \t\r\n#,") != std::string::npos) {
    return fields.complain("name", "empty, or with a blank, a comma or # in it");
  }
  if (data.find_guest(guest.name)) {
    return fields.complain("name", "a second guest named " + shown(guest.name));
  }
  if (guest.start && guest.stop && *guest.stop < *guest.start) {
    return fields.complain("t_stop", "before t_start");
  }
  if (data.guests.size() == kGuestsMax) {
    return fields.complain("", fmt::format("more than {} guests", kGuestsMax));
  }
  data.guests.push_back(std::move(guest));
}

// Reads the regions of a layout one after the other.
class LayoutReader {
 public:
  explicit LayoutReader(const Dataset& data) : data_(data), ends_(data.guests.size()) {}

  void read(Fields& fields) {
    Region region;
    region.guest = guest_of(data_, fields, "guest");
    region.role = fields.text_or_none("role");
    region.start = PageIndex{fields.whole("page", kPageIndexEnd - 1)};
    region.count = PageCount{fields.whole("pages", kSnapshotPagesMax)};
    if (!fields.good()) return;
    if (region.count.value == 0 || region.count.value > kPageIndexEnd - region.start.value) {
      return fields.complain("pages", fmt::format("{}; a region is not empty and ends at or below "
                                                  "page {}",
                                                  region.count.value, kPageIndexEnd));
    }
    if (region.start < ends_[region.guest]) {
      return fields.complain("page",
                             "before the end of the region before it; the regions of a guest stand "
                             "in the order of their addresses");
    }
    pages_ += region.count.value;
    if (pages_ > kSnapshotPagesMax) {
      return fields.complain("pages",
                             fmt::format("more than {} pages in one layout", kSnapshotPagesMax));
    }
    ends_[region.guest] = region.end();
    layout_.push_back(std::move(region));
  }
  Layout take() { return std::move(layout_); }

 private:
  const Dataset& data_;
  std::vector<PageIndex> ends_;  // By guest.
  std::uint64_t pages_ = 0;
  Layout layout_;
};

void read_layout(Dataset& data, Fields& fields) {
  LayoutReader reader(data);
  fields.each("", [&reader](Fields& region) { reader.read(region); });
  data.layouts.push_back(reader.take());
}

std::uint64_t pages_of(const Layout& layout) {
  std::uint64_t pages = 0;
  for (const Region& region : layout) pages += region.count.value;
  return pages;
}

void read_snapshot(Dataset& data, Fields& fields) {
  SnapshotInfo snapshot;
  snapshot.number = fields.whole("n", kCountMax);
  snapshot.begin = fields.seconds("t");
  snapshot.end = fields.seconds("t_end");
  snapshot.label = fields.text_or_none("label");
  snapshot.layout = fields.whole("layout", kCountMax);
  snapshot.pages = fields.whole("pages", kSnapshotPagesMax);
  snapshot.file = fields.text("file");
  snapshot.first = fields.whole("first", std::uint64_t{1} << 40);
  const std::string zero = fields.has("zero_page_as") ? fields.text("zero_page_as") : "absent";
  if (!fields.good()) return;
  if (zero == "content") {
    snapshot.zero_page_as = ZeroPageAs::content;
  } else if (zero != "absent") {
    return fields.complain("zero_page_as", shown(zero) + ", not 'absent' or 'content'");
  }
  if (snapshot.layout >= data.layouts.size()) {
    return fields.complain("layout",
                           fmt::format("{} of {} layouts", snapshot.layout, data.layouts.size()));
  }
  const std::uint64_t pages = pages_of(data.layouts[snapshot.layout]);
  if (snapshot.pages != pages) {
    return fields.complain("pages",
                           fmt::format("{}, where its layout has {}", snapshot.pages, pages));
  }
  for (const Region& region : data.layouts[snapshot.layout]) {
    const GuestInfo& guest = data.guests[region.guest];
    if (!guest.stop || *guest.stop >= kStart) continue;
    return fields.complain("layout", "it has guest " + shown(guest.name) +
                                         ", whose t_stop is before the recording began");
  }
  if (snapshot.end < snapshot.begin) return fields.complain("t_end", "before t");
  if (!data.snapshots.empty()) {
    const SnapshotInfo& before = data.snapshots.back();
    if (snapshot.begin < before.end) {
      return fields.complain("t", "before the end of the snapshot before it");
    }
    if (snapshot.number <= before.number) {
      return fields.complain("n", "not above that of the snapshot before it");
    }
  }
  data.snapshots.push_back(std::move(snapshot));
}

std::vector<std::pair<std::string, std::string>> read_knob_values(Fields& fields) {
  std::vector<std::pair<std::string, std::string>> knobs;
  for (const std::string& name : fields.names()) {
    if (fields.has(name)) knobs.emplace_back(name, fields.knob_value(name));
  }
  return knobs;
}

void read_knob(Dataset& data, Fields& fields) {
  KnobWrite write;
  write.at = fields.seconds_or_before("t");
  write.done = fields.seconds_or_before_if_there("t_done").value_or(write.at);
  write.knob = fields.text("knob");
  write.value = fields.knob_value("value");
  if (fields.good() && write.done < write.at) fields.complain("t_done", "before t");
  if (fields.good() && !data.knobs.empty() && write.at < data.knobs.back().at) {
    fields.complain("t", "before that of the write before it");
  }
  data.knobs.push_back(std::move(write));
}

void read_event(Dataset& data, Fields& fields) {
  Event event;
  event.at = fields.seconds_or_before("t");
  event.what = fields.text("event");
  event.guest = fields.text_or_none("guest");
  data.events.push_back(std::move(event));
}

CounterRow read_counters(Fields& fields) {
  CounterRow row;
  row.at = fields.seconds("t");
  for (const std::string& name : fields.names()) {
    if (name == "t" || name == "name") continue;
    if (const auto value = fields.counter(name)) row.values.emplace_back(name, *value);
  }
  return row;
}

void read_run(Frozen& frozen, Fields& fields) {
  FrozenRun run;
  run.name = fields.text("name");
  Fields knobs = fields.object("knobs");
  run.knobs = read_knob_values(knobs);
  Fields start = fields.object("start");
  run.start = read_counters(start);
  fields.each("passes", [&run](Fields& pass) { run.passes.push_back(read_counters(pass)); });
  frozen.runs.push_back(std::move(run));
}

// Every guest with pages in the frozen snapshot once; the others may be missing.
void check_scan_order(const Dataset& data, const Frozen& frozen, Fields& fields) {
  std::vector<bool> seen(data.guests.size());
  for (const std::uint32_t guest : frozen.scan_order) {
    if (seen[guest]) {
      return fields.complain("scan_order",
                             "guest " + shown(data.guests[guest].name) + " comes twice");
    }
    seen[guest] = true;
  }
  for (const Region& region : data.layout_of(data.snapshots[frozen.snapshot])) {
    if (!seen[region.guest]) {
      return fields.complain("scan_order",
                             "guest " + shown(data.guests[region.guest].name) + " is missing");
    }
  }
}

void read_frozen(Dataset& data, Fields& fields) {
  Frozen frozen;
  frozen.begin = fields.seconds("t_stop");
  frozen.end = fields.seconds_if_there("t_cont");
  const std::uint64_t number = fields.whole("snapshot", kCountMax);
  const std::string order =
      fields.has("scan_order") && !fields.texts("scan_order").empty() ? "scan_order" : "guests";
  fields.each(order, [&](Fields& name) { frozen.scan_order.push_back(guest_of(data, name, "")); });
  fields.each("runs", [&frozen](Fields& run) { read_run(frozen, run); });
  if (!fields.good()) return;
  if (frozen.end && *frozen.end < frozen.begin) return fields.complain("t_cont", "before t_stop");
  const auto at = std::find_if(data.snapshots.begin(), data.snapshots.end(),
                               [number](const auto& s) { return s.number == number; });
  if (at == data.snapshots.end()) {
    return fields.complain("snapshot", fmt::format("no snapshot has the number {}", number));
  }
  if (at->begin < frozen.begin || (frozen.end && at->end > *frozen.end)) {
    return fields.complain("snapshot", "its snapshot was not taken between t_stop and t_cont");
  }
  frozen.snapshot = static_cast<std::size_t>(at - data.snapshots.begin());
  check_scan_order(data, frozen, fields);
  data.frozen = std::move(frozen);
}

void read_meta(Dataset& data, Fields& fields) {
  const std::string format = fields.text("format");
  if (fields.good() && format != kFormat) {
    fields.complain("format", shown(format) + ", where only '" + kFormat + "' is known");
  }
  if (fields.whole("page_size", kCountMax) != kPageBytes) fields.complain("page_size", "not 4096");
  data.scenario = fields.text_or_none("scenario");
  data.hashing = fields.text_or_none("hash");
  if (fields.has("host")) {
    Fields host = fields.object("host");
    data.kernel = host.text_or_none("kernel");
    data.host = host.text_or_none("qemu");
    if (!data.host.empty()) data.host = "QEMU " + data.host;
  }
  if (fields.has("fixed_knobs")) {
    Fields knobs = fields.object("fixed_knobs");
    data.fixed_knobs = read_knob_values(knobs);
  }
  fields.each("guests", [&data](Fields& guest) { read_guest(data, guest); });
  if (fields.has("knobs")) {
    fields.each("knobs", [&data](Fields& knob) { read_knob(data, knob); });
  }
  if (fields.has("events")) {
    fields.each("events", [&data](Fields& event) { read_event(data, event); });
  }
  if (fields.has("phases")) {
    fields.each("phases", [&data](Fields& phase) {
      data.phases.push_back({phase.text("name"), read_counters(phase)});
    });
  }
  fields.each("layouts", [&data](Fields& layout) { read_layout(data, layout); });
  fields.each("snapshots", [&data](Fields& snapshot) { read_snapshot(data, snapshot); });
  if (!fields.good() || !fields.has("frozen")) return;
  Fields frozen = fields.object("frozen");
  if (!frozen.names().empty()) read_frozen(data, frozen);
}

}  // namespace

Result<Dataset> parse_meta(std::string_view text) {
  nlohmann::json json;
  try {
    json = nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    return Error{fmt::format("byte {}: not JSON", error.byte)};
  } catch (const nlohmann::json::exception&) {
    return Error{"a number that no computer number holds"};
  }
  Dataset data;
  std::optional<Error> problem;
  Fields fields(json, "", problem);
  read_meta(data, fields);
  if (problem) return *problem;
  return data;
}

}  // namespace ksmsim::traces::snapshots
