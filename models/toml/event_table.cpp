#include "models/toml/event_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "models/toml/words.hpp"

namespace ksmsim::models {
namespace {

constexpr Range kPerHour{0.001, 1e6};

std::string in_seconds(Duration time) { return shown(static_cast<double>(time.count()) / 1e9); }

// `do = "kill"`, as messages begin.
std::string written(EventKind kind) { return "do = \"" + std::string(name_of(kind)) + "\""; }

// Returns whether it is an event.
bool read_event(const TableReader& table, GuestEvent& event) {
  const std::vector<std::string_view> names(kEventNames.begin(), kEventNames.end());
  table.require("do", "what happens: do = \"reboot\"");
  const auto kind = table.one_of("do", "event", names);
  if (kind) {
    event.kind = static_cast<EventKind>(*kind);
    if (event.kind == EventKind::boot) {
      table.wrong("do", "= \"boot\" is what a guest begins with; again it is \"reboot\"");
    }
  }
  table.require("at_s", "when, or from when on, in seconds after the guest's start");
  const auto at = table.seconds("at_s", kSeconds);
  if (at) event.at = *at;
  if (const auto length = table.seconds("length_s", kSeconds)) event.length = *length;
  if (const auto every = table.seconds("every_s", {0.001, kSeconds.most})) event.every = *every;
  if (const auto per_hour = table.number("per_hour", kPerHour)) {
    event.every = Duration{std::llround(3600e9 / *per_hour)};
    event.repeat = Repeat::by_chance;
    if (table.has("every_s")) table.wrong("per_hour", "does not go with every_s");
  }
  return kind && at;
}

// What an event says by itself.
void check_event(const TableReader& table, const GuestEvent& event, Time until,
                 const GuestSpec& guest) {
  if (table.has("length_s") && !takes_time(event.kind)) {
    table.complain("length_s",
                   written(event.kind) + " happens at once: length_s has no place here");
  }
  for (const char* key : {"every_s", "per_hour"}) {
    if (!table.has(key) || !ends_guest(event.kind)) continue;
    table.complain(key, written(event.kind) + " ends the guest: " + key + " has no place here");
  }
  const bool for_balloon = event.kind == EventKind::inflate || event.kind == EventKind::deflate;
  const auto is_balloon = [](const RegionSpec& region) {
    return region.kind == nullptr || region.kind == find_region_kind("balloon");
  };
  if (for_balloon && std::none_of(guest.regions.begin(), guest.regions.end(), is_balloon)) {
    table.complain(
        "do", written(event.kind) + " is for guests with a [[guest.region]] of kind = \"balloon\"");
  }
  // The first of several guests is the one that begins first.
  if (kStart + guest.start + event.at > until) {
    table.complain("at_s", "at_s = " + in_seconds(event.at) + " after the guest's start, at " +
                               in_seconds(guest.start) +
                               " s, is beyond until_s = " + in_seconds(until - kStart));
  }
}

struct Placed {
  TableReader table;
  GuestEvent event;
};

// What events say together: after the guest's end there is nothing, and only who was suspended
// resumes.
void check_order(const std::vector<Placed>& events) {
  const Placed* end = nullptr;  // The first in time, of equal ones the first in the text.
  for (const Placed& p : events) {
    if (ends_guest(p.event.kind) && (end == nullptr || p.event.at < end->event.at)) end = &p;
  }
  for (const Placed& p : events) {
    if (end != nullptr && &p != end &&
        (p.event.at > end->event.at || (p.event.at == end->event.at && &p > end))) {
      p.table.complain("at_s", "at_s = " + in_seconds(p.event.at) +
                                   " is after the guest's end: " + written(end->event.kind) +
                                   " at " + in_seconds(end->event.at) + " s");
    }
    if (p.event.kind != EventKind::resume) continue;
    // One that is repeated meets a later suspend.
    const auto before = [&p](const Placed& other) {
      return other.event.kind == EventKind::suspend &&
             (other.event.at <= p.event.at || p.event.every > Duration::zero());
    };
    if (std::none_of(events.begin(), events.end(), before)) {
      p.table.complain("do", written(EventKind::resume) +
                                 " is for guests that are suspended: do = \"suspend\" before it");
    }
  }
}

}  // namespace

void read_events(const TableReader& table, Time until, GuestSpec& guest) {
  const auto tables = table.tables("event");
  if (guest.from_trace && !tables.empty()) {
    table.wrong("event", "does not go with trace: the trace says what the guest does");
  }
  std::vector<Placed> events;
  bool all = true;
  for (const TableReader& from : tables) {
    GuestEvent event;
    if (read_event(from, event)) {
      if (!guest.from_trace) check_event(from, event, until, guest);
      events.push_back({from, event});
    } else {
      all = false;
    }
    guest.events.push_back(event);
  }
  if (all) check_order(events);  // Otherwise what is missing is not known.
}

}  // namespace ksmsim::models
