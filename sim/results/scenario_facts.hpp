// What was simulated where it was described and not recorded: the scenario, and what it left to the
// models.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/fields.hpp"

namespace ksmsim::results {

// A default that was taken.
struct Assumption {
  std::string guest;                    // Its name in the scenario, without numbers; empty: host.
  std::optional<std::uint32_t> region;  // Place in the guest, from 0; none: the guest itself.
  std::string kind;                     // Of the region; or "guest", "host".
  std::string key;                      // As it would be written, with the unit: "idle", "life_s".
  std::string value;                    // As it would be written.
  std::string evidence;                 // "measured", "cited" or "assumed".
  std::string source;                   // Of the default; may be empty.
  bool operator==(const Assumption&) const = default;
};

struct ScenarioFacts {
  std::string title;
  std::int64_t guests = 0;
  std::int64_t pages = 0;            // That the described ones have in all, of 4096 bytes.
  bool has_captured = false;         // Some guests come from a trace; their pages are not counted.
  std::int64_t ram_kb = 0;           // 0: it has no bound.
  std::int64_t given = 0;            // Parameters of the guests that the scenario says itself.
  std::vector<Assumption> defaults;  // In the order of the scenario.
  bool operator==(const ScenarioFacts&) const = default;
};

template <Of<Assumption> T, class F>
void for_each_field(T& assumption, F&& f) {
  auto& [guest, region, kind, key, value, evidence, source] = assumption;
  f("guest", guest);
  f("region", region);
  f("kind", kind);
  f("key", key);
  f("value", value);
  f("evidence", evidence);
  f("source", source);
}

template <Of<ScenarioFacts> T, class F>
void for_each_field(T& scenario, F&& f) {
  auto& [title, guests, pages, has_captured, ram_kb, given, defaults] = scenario;
  f("title", title);
  f("guests", guests);
  f("pages", pages);
  f("has_captured", has_captured);
  f("ram_kb", ram_kb);
  f("given", given);
  f("defaults", defaults);
}

}  // namespace ksmsim::results
