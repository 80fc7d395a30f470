// What happens to a guest as a whole. Each model of a region decides what that means for it.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "sim/base/time.hpp"

namespace ksmsim::models {

enum class EventKind : std::uint8_t {
  boot,         // The guest begins; regions fill.
  login,        // A user logs in: programs start.
  work,         // Activity as in working hours from now on,
  idle,         // or hardly any.
  update,       // Packages are replaced: image pages change to the next patch level.
  antivirus,    // Every file is read once.
  backup,       // The guest's own data is read once.
  reboot,       // Everything is filled again.
  suspend,      // The guest stands still until `resume`.
  resume,       //
  inflate,      // The balloon takes pages from the guest,
  deflate,      // or gives them back.
  migrate_out,  // The guest goes to another host,
  shutdown,     // ends in order,
  kill          // or at once.
};
inline constexpr std::array<std::string_view, 15> kEventNames{
    "boot",    "login",  "work",    "idle",    "update",      "antivirus", "backup", "reboot",
    "suspend", "resume", "inflate", "deflate", "migrate-out", "shutdown",  "kill"};
constexpr std::string_view name_of(EventKind kind) {
  return kEventNames[static_cast<std::size_t>(kind)];
}

constexpr bool ends_guest(EventKind kind) {
  return kind == EventKind::migrate_out || kind == EventKind::shutdown || kind == EventKind::kill;
}

// Whether an event is an activity of some length, to which broken sharing is due.
constexpr bool takes_time(EventKind kind) {
  switch (kind) {
    case EventKind::boot:
    case EventKind::login:
    case EventKind::update:
    case EventKind::antivirus:
    case EventKind::backup:
    case EventKind::reboot:
    case EventKind::inflate:
    case EventKind::deflate:
      return true;
    default:
      return false;
  }
}

// When an event that happens again and again does: at one interval, or by chance, at a rate.
enum class Repeat : std::uint8_t { evenly, by_chance };

struct GuestEvent {
  EventKind kind = EventKind::boot;
  Duration at{};      // After the guest's beginning; by chance it happens from then on.
  Duration length{};  // How long it takes, where it takes time.
  Duration every{};   // Again and again at this interval, by chance on average; 0: once.
  Repeat repeat = Repeat::evenly;
  bool operator==(const GuestEvent&) const = default;
};

}  // namespace ksmsim::models
