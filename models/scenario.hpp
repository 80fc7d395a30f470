// A scenario: a host, guests and what happens when, as one value. Read from TOML
// (models/scenario_file.hpp); made into guest operations by ScenarioSource.
//
// Units: those of the members' types; pages and nanoseconds, never floats.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/assumptions.hpp"
#include "models/guest_event.hpp"
#include "models/region.hpp"
#include "sim/host/run_options.hpp"

namespace ksmsim::models {

// Classes by name and the bytes that their pages agree in.
using AgreedBytesOf = std::vector<std::pair<std::string, std::uint32_t>>;

struct RegionSpec {
  const RegionKind* kind = nullptr;
  std::string page_class;  // Name of the class of its pages.
  std::uint64_t pages = 0;
  input::Mergeable mergeable = input::Mergeable::yes;
  bool huge = false;                        // Backed by huge pages where whole ones are filled.
  std::optional<Duration> after{}, over{};  // Unset: at once, and over the guest's boot.
  Values values{};
};

// A captured guest used as a template: its clones hold what it held, but for a part.
struct TemplateSpec {
  std::string trace;                // The file, as the scenario names it.
  std::string guest;                // Its name there; empty: the first.
  std::int64_t divergence_ppm = 0;  // Part of the pages that are each clone's own.
  std::string place{};              // Line and column of the scenario, "12:5"; empty: no file.
};

struct GuestSpec {
  std::string name;  // With count > 1: NAME-1, NAME-2, ...
  std::uint32_t count = 1;
  Duration start{};                          // When the first begins,
  Duration every{};                          // and how long after it each further one.
  Duration boot = std::chrono::seconds(60);  // How long its memory takes to fill.
  bool migrated_in = false;  // It arrives by live migration: filled at `boot`'s pace,
                             // with nothing shared; otherwise it boots.
  host::Accel accel = host::Accel::enable_kvm;
  std::optional<NumaNode> node{};
  std::vector<RegionSpec> regions{};
  std::vector<GuestEvent> events{};
  std::optional<TemplateSpec> from_trace{};  // Instead of regions.
};

// The i-th of its guests, from 0.
inline std::string name_of(const GuestSpec& spec, std::uint32_t i) {
  return spec.count == 1 ? spec.name : spec.name + "-" + std::to_string(i + 1);
}

// A write to a knob by an administrator.
struct KnobEvent {
  Duration at{};
  input::SetKnob knob;
};

// What was observed of the real thing, at a time of the scenario: counters of sysfs by name, and
// the figures of ps_mem, in the units of their names.
struct Observation {
  // After this many full_scans were counted, if so said; otherwise after the beginning.
  std::optional<std::int64_t> full_scans{};
  Duration at{};
  std::string note;
  bool fitted = false;  // The scenario's parameters were fitted to it; otherwise it was kept back.
  std::vector<std::pair<std::string, double>> values;
};

struct Scenario {
  std::string title;
  std::string about;  // Where it comes from, which parameters were fitted, which are cited.
  std::uint64_t seed = 1;
  host::RunOptions run;               // Kernel, host, RAM, controller, when it ends.
  Time guests_until = kNever;         // Guests do things up to then, and hold still.
  AgreedBytesOf agreed;               // Of classes of pages; later ones count.
  std::vector<input::SetKnob> knobs;  // At time 0, in order.
  std::vector<KnobEvent> knob_events;
  std::vector<GuestSpec> guests;
  std::vector<Observation> observations;
  Assumptions assumptions;
};

}  // namespace ksmsim::models
